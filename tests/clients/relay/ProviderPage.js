// A provider's page: articles paged backwards, and its links.
import { graphql } from "relay-runtime";

graphql`
  query ProviderPageQuery($domain: String!, $count: Int!) {
    provider(domain: $domain) {
      ...ProviderPage_provider @arguments(count: $count)
      ...ProviderPage_links
    }
  }
`;

graphql`
  fragment ProviderPage_provider on Provider
  @argumentDefinitions(count: { type: "Int!" }, cursor: { type: "String" })
  @refetchable(queryName: "ProviderPageMoreQuery") {
    articles(last: $count, before: $cursor) @connection(key: "ProviderPage_articles") {
      edges {
        node {
          slug
        }
      }
    }
  }
`;

graphql`
  fragment ProviderPage_links on Provider {
    relatedLinks(first: 5) @connection(key: "ProviderPage_relatedLinks") {
      edges {
        node {
          ...Row_story
          from {
            slug
          }
        }
      }
    }
  }
`;
