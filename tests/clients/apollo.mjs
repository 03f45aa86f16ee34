// Pages through a live server with Apollo Client's cache, and asks by hash: node apollo.mjs SITE
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { ApolloClient, gql, HttpLink, InMemoryCache } from "@apollo/client";
import { PersistedQueryLink } from "@apollo/client/link/persisted-queries";
import { relayStylePagination } from "@apollo/client/utilities";
import { filter, firstValueFrom } from "rxjs";
import { operations } from "./operations.mjs";

const uri = `${process.argv[2]}/graphql`;
const sent = [];

async function noted(address, options) {
  sent.push(JSON.parse(options.body));
  return fetch(address, options);
}

// As Apollo's manual says it: what stands behind an interface is asked of the server.
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
  }).concat(new HttpLink({ uri, fetch: noted })),
});

const newest = client.watchQuery({ query: operations.Newest, variables: { first: 2 } });
const seen = newest.subscribe(() => {});
const loaded = await firstValueFrom(newest.pipe(filter(({ loading }) => !loading)));
const one = loaded.data.articles;
assert.equal(one.edges.length, 2);
assert.equal(one.totalCount, 4);
assert.ok(one.edges.every(({ node }) => node.title && node.related.length), "fragments on Story");
// Its hash was not known: the text came with the second request.
assert.deepEqual(sent.map(({ query }) => Boolean(query)), [false, true]);

const grown = firstValueFrom(newest.pipe(filter(({ data }) => data?.articles.edges.length > 2)));
await newest.fetchMore({ variables: { after: one.pageInfo.endCursor } });
const both = (await grown).data.articles;
assert.equal(new Set(both.edges.map(({ node }) => node.id)).size, 4);
assert.equal(both.pageInfo.hasNextPage, false);
assert.equal(both.edges[0].node.id, one.edges[0].node.id);
// Its hash was known by now.
assert.deepEqual(sent.map(({ query }) => Boolean(query)), [false, true, false]);
seen.unsubscribe();

// A node found by its id is the record of the list.
const { id, title } = both.edges[3].node;
const { data } = await client.query({ query: operations.Again, variables: { id } });
assert.equal(data.node.title, title);
assert.equal(client.cache.extract()[`Article:${id}`].title, title);

console.log("Apollo's cache put 4 rows together from two pages, the second asked for by hash.");
client.stop();
