// Code that uses what graphql-codegen made; the TypeScript compiler reads it, nothing runs it.
import type { ResultOf, VariablesOf } from "@graphql-typed-document-node/core";
import {
  type ArticleFilter,
  FollowDocument,
  NewestDocument,
  SearchDocument,
} from "./made/graphql";

const good: ArticleFilter = {
  quality: { gte: 70 },
  topics: { any: ["ai"] },
  or: [{ hasImages: true }, { not: { publishedAt: { lt: "2021-03-13" } } }],
};

export const variables: VariablesOf<typeof NewestDocument> = {
  first: 2,
  filter: good,
  orderBy: { field: "QUALITY", direction: "ASC" },
};

export function lines(newest: ResultOf<typeof NewestDocument>): string[] {
  return newest.articles.edges.map(
    // What the schema has as non-null is used without a question.
    ({ node }) => `${node.title.trim()} ${node.provider?.name ?? "?"} ${node.webUrl}`,
  );
}

export function best(found: ResultOf<typeof SearchDocument>): number {
  return Math.max(...found.search.edges.map((edge) => edge.score));
}

export function next(change: ResultOf<typeof FollowDocument>): VariablesOf<typeof FollowDocument> {
  return { since: change.articleChanged.token };
}

// @ts-expect-error -- there is no such field
export const wrong: ArticleFilter = { rating: 3 };
