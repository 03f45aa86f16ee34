// Runs the audits of GraphQL over HTTP against a server: node audit.mjs http://…/graphql
// Prints a JSON list: {"id", "name", "status": "ok" | "warn" | "error", "reason"?}
import { auditServer } from "graphql-http";

const results = await auditServer({ url: process.argv[2] });
console.log(
  JSON.stringify(results.map(({ id, name, status, reason }) => ({ id, name, status, reason }))),
);
