// The operations in operations/, each with its fragments.
import { readdirSync, readFileSync } from "node:fs";
import { parse, separateOperations } from "graphql";

const folder = new URL("operations/", import.meta.url);
const texts = readdirSync(folder).map((name) => readFileSync(new URL(name, folder), "utf8"));

export const operations = separateOperations(parse(texts.join("\n")));
