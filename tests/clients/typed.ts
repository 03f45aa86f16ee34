// Uses the types of graphql-codegen; it is compiled by TypeScript, but not run.
import type { ResultOf, VariablesOf } from "@graphql-typed-document-node/core";
import {
  type ArticleFilter,
  FollowDocument,
  NewestDocument,
  SearchDocument,
} from "./made/graphql";

const filter: ArticleFilter = {
  quality: { gte: 70 },
  topics: { any: ["ai"] },
  or: [{ hasImages: true }, { not: { publishedAt: { lt: "2021-03-13" } } }],
};

export const variables: VariablesOf<typeof NewestDocument> = {
  first: 2,
  filter,
  orderBy: { field: "QUALITY", direction: "ASC" },
};

export function lines(newest: ResultOf<typeof NewestDocument>): string[] {
  return newest.articles.edges.map(
    // Non-null fields of the schema are used without a check.
    ({ node }) => `${node.title.trim()} ${node.provider?.name ?? "?"} ${node.webUrl}`,
  );
}

export function best(result: ResultOf<typeof SearchDocument>): number {
  return Math.max(...result.search.edges.map((edge) => edge.score));
}

export function next(change: ResultOf<typeof FollowDocument>): VariablesOf<typeof FollowDocument> {
  return { since: change.articleChanged.token };
}

// @ts-expect-error -- there is no such field
export const wrong: ArticleFilter = { rating: 3 };
