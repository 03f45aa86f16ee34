// A list that is paged in both directions.
import { graphql } from "relay-runtime";

graphql`
  query ListQuery($count: Int, $filter: ArticleFilter, $orderBy: ArticleOrder) {
    ...List_articles @arguments(first: $count, filter: $filter, orderBy: $orderBy)
  }
`;

graphql`
  fragment List_articles on Query
  @argumentDefinitions(
    first: { type: "Int" }
    after: { type: "String" }
    last: { type: "Int" }
    before: { type: "String" }
    filter: { type: "ArticleFilter" }
    orderBy: { type: "ArticleOrder" }
  )
  @refetchable(queryName: "ListPageQuery") {
    articles(
      first: $first
      after: $after
      last: $last
      before: $before
      filter: $filter
      orderBy: $orderBy
    ) @connection(key: "List_articles", filters: ["filter", "orderBy"]) {
      totalCount
      edges {
        node {
          ...Row_article @arguments(links: 1)
        }
      }
    }
  }
`;
