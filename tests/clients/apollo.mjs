// Paging with Apollo Client's cache and persisted queries, on a live server: node apollo.mjs SITE
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { ApolloClient, gql, HttpLink, InMemoryCache } from "@apollo/client";
import { PersistedQueryLink } from "@apollo/client/link/persisted-queries";
import { relayStylePagination } from "@apollo/client/utilities";
import { filter, firstValueFrom } from "rxjs";
import { operations } from "./operations.mjs";

const uri = `${process.argv[2]}/graphql`;
const requests = [];

async function recordingFetch(url, options) {
  requests.push(JSON.parse(options.body));
  return fetch(url, options);
}

// The types of each interface, from the server, as Apollo's documentation recommends.
async function possibleTypes() {
  const { data } = await new ApolloClient({
    cache: new InMemoryCache(),
    link: new HttpLink({ uri }),
  }).query({ query: gql`{ __schema { types { name kind possibleTypes { name } } } }` });
  const abstract = data.__schema.types.filter((type) => type.kind === "INTERFACE");
  return Object.fromEntries(
    abstract.map((type) => [type.name, type.possibleTypes.map(({ name }) => name)]),
  );
}

const client = new ApolloClient({
  cache: new InMemoryCache({
    possibleTypes: await possibleTypes(),
    typePolicies: {
      Query: { fields: { articles: relayStylePagination(["filter", "orderBy"]) } },
    },
  }),
  link: new PersistedQueryLink({
    sha256: (text) => createHash("sha256").update(text).digest("hex"),
  }).concat(new HttpLink({ uri, fetch: recordingFetch })),
});

const newest = client.watchQuery({ query: operations.Newest, variables: { first: 2 } });
const subscription = newest.subscribe(() => {});
const firstResult = await firstValueFrom(newest.pipe(filter(({ loading }) => !loading)));
const firstPage = firstResult.data.articles;
assert.equal(firstPage.edges.length, 2);
assert.equal(firstPage.totalCount, 4);
assert.ok(firstPage.edges.every(({ node }) => node.title && node.related.length), "fragments on Story");
// The server did not know the hash, so a second request had the document.
assert.deepEqual(requests.map(({ query }) => Boolean(query)), [false, true]);

const nextResult = firstValueFrom(newest.pipe(filter(({ data }) => data?.articles.edges.length > 2)));
await newest.fetchMore({ variables: { after: firstPage.pageInfo.endCursor } });
const allPages = (await nextResult).data.articles;
assert.equal(new Set(allPages.edges.map(({ node }) => node.id)).size, 4);
assert.equal(allPages.pageInfo.hasNextPage, false);
assert.equal(allPages.edges[0].node.id, firstPage.edges[0].node.id);
// The server knows the hash now.
assert.deepEqual(requests.map(({ query }) => Boolean(query)), [false, true, false]);
subscription.unsubscribe();

// A node that is read by its id is the same record as in the list.
const { id, title } = allPages.edges[3].node;
const { data } = await client.query({ query: operations.Again, variables: { id } });
assert.equal(data.node.title, title);
assert.equal(client.cache.extract()[`Article:${id}`].title, title);

console.log("Apollo's cache combined 4 rows of two pages, the second by a persisted query.");
client.stop();
