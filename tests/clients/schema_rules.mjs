// Holds a schema against @graphql-eslint's schema-relay rules: node schema_rules.mjs SCHEMA
import { readFile } from "node:fs/promises";
import rules, { parser } from "@graphql-eslint/eslint-plugin";
import { ESLint } from "eslint";
import { parse, visit } from "graphql";

// What is against a rule on purpose is in relay_exceptions.json, with its reason: lists that are
// no connection, by field, and edges whose node has no id, by type.
const RULE = "@graphql-eslint/relay-edge-types";
const MEANT = {
  "A list type should only wrap an edge type.": "lists",
  "Edge type's field `node` must implement `Node` interface.": "edges",
};

const schema = await readFile(process.argv[2], "utf8");
const exceptions = JSON.parse(
  await readFile(new URL("relay_exceptions.json", import.meta.url), "utf8"),
);

const eslint = new ESLint({
  overrideConfigFile: true,
  overrideConfig: {
    files: ["**/*.graphql"],
    plugins: { "@graphql-eslint": rules },
    languageOptions: { parser, parserOptions: { graphQLConfig: { schema } } },
    rules: rules.configs["flat/schema-relay"].rules,
  },
});
const [{ messages }] = await eslint.lintText(schema, { filePath: "schema.graphql" });

// What stands in a line of the schema, as relay_exceptions.json calls it.
const named = { lists: new Map(), edges: new Map() };
const outer = {
  enter({ name, fields }) {
    named.edges.set(name.loc.startToken.line, name.value);
    for (const field of fields) {
      named.lists.set(field.type.loc.startToken.line, `${name.value}.${field.name.value}`);
    }
  },
};
visit(parse(schema), { ObjectTypeDefinition: outer, InterfaceTypeDefinition: outer });

const wrong = [];
const unused = {
  lists: new Set(Object.keys(exceptions.lists)),
  edges: new Set(Object.keys(exceptions.edges)),
};
for (const { ruleId, line, message } of messages) {
  const kind = ruleId === RULE ? MEANT[message] : undefined;
  const name = kind && named[kind].get(line);
  if (name && name in exceptions[kind]) unused[kind].delete(name);
  else wrong.push(`${line} ${name ?? ""} ${ruleId}: ${message}`);
}
for (const name of [...unused.lists, ...unused.edges]) {
  wrong.push(`relay_exceptions.json has ${name}, which breaks no rule`);
}
console.log(wrong.join("\n") || `${messages.length} exceptions, each with its reason.`);
process.exitCode = wrong.length ? 1 : 0;
