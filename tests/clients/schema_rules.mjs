// Checks a schema with @graphql-eslint's schema-relay rules: node schema_rules.mjs SCHEMA
import { readFile } from "node:fs/promises";
import rules, { parser } from "@graphql-eslint/eslint-plugin";
import { ESLint } from "eslint";
import { parse, visit } from "graphql";

// Intended exceptions are in relay_exceptions.json, with the reason: lists that are not
// connections, by field, and edges whose node has no id, by type.
const RULE = "@graphql-eslint/relay-edge-types";
const KIND_OF_MESSAGE = {
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

// By line of the schema, the name in relay_exceptions.json.
const namesByLine = { lists: new Map(), edges: new Map() };
const visitor = {
  enter({ name, fields }) {
    namesByLine.edges.set(name.loc.startToken.line, name.value);
    for (const field of fields) {
      namesByLine.lists.set(field.type.loc.startToken.line, `${name.value}.${field.name.value}`);
    }
  },
};
visit(parse(schema), { ObjectTypeDefinition: visitor, InterfaceTypeDefinition: visitor });

const violations = [];
const unused = {
  lists: new Set(Object.keys(exceptions.lists)),
  edges: new Set(Object.keys(exceptions.edges)),
};
for (const { ruleId, line, message } of messages) {
  const kind = ruleId === RULE ? KIND_OF_MESSAGE[message] : undefined;
  const name = kind && namesByLine[kind].get(line);
  if (name && name in exceptions[kind]) unused[kind].delete(name);
  else violations.push(`${line} ${name ?? ""} ${ruleId}: ${message}`);
}
for (const name of [...unused.lists, ...unused.edges]) {
  violations.push(`relay_exceptions.json has ${name}, which violates no rule`);
}
console.log(violations.join("\n") || `${messages.length} exceptions, each with its reason.`);
process.exitCode = violations.length ? 1 : 0;
