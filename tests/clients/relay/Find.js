// A search, whose edges have fields besides the cursor.
import { graphql } from "relay-runtime";

graphql`
  query FindQuery($words: String!, $count: Int!) {
    ...Find_found @arguments(words: $words, count: $count)
  }
`;

graphql`
  fragment Find_found on Query
  @argumentDefinitions(
    words: { type: "String!" }
    count: { type: "Int!" }
    cursor: { type: "String" }
  )
  @refetchable(queryName: "FindMoreQuery") {
    search(query: $words, first: $count, after: $cursor) @connection(key: "Find_search") {
      edges {
        score
        snippet
        node {
          ...Row_article
        }
      }
    }
  }
`;
