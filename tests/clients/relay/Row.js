// A row of a list, of any type of story, and the targets of its links.
import { graphql } from "relay-runtime";

graphql`
  fragment Row_story on Story {
    __typename
    title
    excerpt
    publishedAt
    webUrl
    provider {
      name
    }
    images {
      url
    }
  }
`;

graphql`
  fragment Row_links on RelatedLink @relay(plural: true) {
    ...Row_story
    position
    article {
      slug
    }
  }
`;

graphql`
  fragment Row_article on Article
  @argumentDefinitions(links: { type: "Int", defaultValue: 2 })
  @refetchable(queryName: "RowArticleQuery") {
    ...Row_story
    slug
    related(first: $links) {
      ...Row_links
    }
  }
`;
