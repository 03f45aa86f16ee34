// A topic's page, whose list is refetched with node(id).
import { graphql } from "relay-runtime";

graphql`
  query TopicPageQuery($slug: String!, $count: Int!) {
    topic(slug: $slug) {
      name
      parent {
        name
      }
      children {
        name
      }
      ...TopicPage_topic @arguments(count: $count)
    }
  }
`;

graphql`
  fragment TopicPage_topic on Topic
  @argumentDefinitions(count: { type: "Int!" }, cursor: { type: "String" })
  @refetchable(queryName: "TopicPageMoreQuery") {
    articles(first: $count, after: $cursor) @connection(key: "TopicPage_articles") {
      edges {
        node {
          slug
          ...Row_article
          relatedBy(first: 2) {
            edges {
              node {
                title
              }
            }
          }
        }
      }
    }
  }
`;
