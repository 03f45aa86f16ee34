// Puts GraphiQL together. It is served as it is; React, ReactDOM, GraphiQL and
// GraphiQLPluginExplorer are what the scripts before it have made.
"use strict";

(() => {
  const { createElement: h, useEffect, useMemo, useState } = React;
  const { GraphQL } = GraphiQL;

  const said = JSON.parse(document.getElementById("said").textContent);
  // The browser's own way here: whatever the host is called, and whatever path it is below.
  const graph = location.origin + location.pathname;
  const feeds = graph.replace(/graphql$/, "feeds/query");

  /** The query that the page's address carries, if any. */
  function shared() {
    const told = new URLSearchParams(location.hash.slice(1));
    const query = told.get("query");
    return query === null ? null : { query, variables: told.get("variables") ?? "" };
  }

  /** An address of this page that carries a query. */
  function addressOf(query, variables) {
    const told = new URLSearchParams({ query });
    if (variables) told.set("variables", variables);
    return `#${told}`;
  }

  function operationsOf(document) {
    return document.definitions.filter((one) => one.kind === "OperationDefinition");
  }

  /** Whether a query leads to a page of articles; the server decides in the end. */
  function selectsArticles(schema, text, name) {
    let document;
    try {
      document = GraphQL.parse(text);
    } catch {
      return false;
    }
    const operations = operationsOf(document);
    const named = operations.find((each) => each.name?.value === name);
    const one = operations.length > 1 ? named : operations[0];
    if (one?.operation !== "query") return false;
    if (!schema) return true;
    const types = new GraphQL.TypeInfo(schema);
    let found = false;
    const visitor = {
      OperationDefinition: (each) => (each === one ? undefined : false),
      Field() {
        const type = types.getType() && GraphQL.getNullableType(types.getType());
        // A feed is of one thing's articles: a list leads to many.
        if (!GraphQL.isObjectType(type)) return false;
        const edges = type.getFields().edges;
        if (!edges) return undefined;
        const node = GraphQL.getNamedType(edges.type).getFields().node;
        found ||= node !== undefined && GraphQL.getNamedType(node.type).name === "Article";
        return false;
      },
    };
    GraphQL.visit(document, GraphQL.visitWithTypeInfo(types, visitor));
    return found;
  }

  /** What an editor has, or undefined where it is no JSON. */
  function parsed(text) {
    try {
      return text?.trim() ? JSON.parse(text) : {};
    } catch {
      return undefined;
    }
  }

  /**
   * Ask; where something answers in newsgraph's place, such as a proxy, throw what it says.
   * That is no Error, as GraphiQL would show where in its own code it came from.
   */
  async function ask(address, request) {
    let answer;
    try {
      answer = await fetch(address, request);
    } catch (error) {
      throw { message: `No answer from ${address}: ${error.message}` };
    }
    const type = answer.headers.get("Content-Type") ?? "";
    if (/json|^multipart/.test(type)) return answer;
    const text = await answer.text();
    if (/^text\/plain/.test(type) && text) throw { message: text };
    const { textContent } = new DOMParser().parseFromString(text, "text/html").body;
    const words = textContent.trim().replace(/\s+/g, " ").slice(0, 300);
    throw { message: `Something else than newsgraph answered, with ${answer.status}: ${words}` };
  }

  /** Let the server make a feed of a query; gives its addresses, or what the server says. */
  async function feedOf({ query, variables, headers, operationName }) {
    const given = parsed(variables);
    if (given === undefined) return { trouble: "The variables are not JSON." };
    const own = { "Content-Type": "application/json", Accept: "application/json" };
    const body = JSON.stringify({ query, operationName, variables: given });
    try {
      const request = { method: "POST", headers: { ...parsed(headers), ...own }, body };
      const answer = await ask(feeds, request);
      return answer.ok ? { addresses: await answer.json() } : { trouble: await answer.text() };
    } catch (error) {
      return { trouble: error.message };
    }
  }

  // One host may have several archives, below different paths. Where the browser keeps nothing
  // for us, it forbids even to look.
  const storage = (() => {
    try {
      localStorage.getItem("");
      return GraphiQL.createLocalStorage({ namespace: location.pathname });
    } catch {
      return null;
    }
  })();

  /** The open tab as the browser has kept it, or undefined. */
  function keptTab() {
    const kept = parsed(storage?.getItem("graphiql:tabState"));
    return kept?.tabs?.[kept.activeTabIndex];
  }

  const subscriptionUrl = graph.replace(/^http/, "ws");
  const send = GraphiQL.createFetcher({ url: graph, subscriptionUrl, fetch: ask });

  /** Put into words why a subscription broke off: a browser has an event for it that has none. */
  function worded(error) {
    if (!(error instanceof Event)) return error;
    const told = error.reason ? ` (${error.code} ${error.reason})` : "";
    return { message: `The connection to ${subscriptionUrl} is gone${told}. Run it again.` };
  }

  /** The answers of a subscription; a generator could not be stopped while it waits for one. */
  function wording(answers) {
    const all = answers[Symbol.asyncIterator]();
    const next = () => all.next().catch((error) => { throw worded(error); });
    return { [Symbol.asyncIterator]() { return this; }, next, return: () => all.return() };
  }

  /** Send what the editor has; GraphiQL may still have another document's operation in mind. */
  async function fetcher(asked, more) {
    let documentAST;
    try {
      documentAST = GraphQL.parse(asked.query);
    } catch {
      return send(asked, more);
    }
    const names = operationsOf(documentAST).map((one) => one.name?.value);
    const name = names.length > 1 ? asked.operationName : names[0];
    // The schema is asked for before there is an editor that has headers.
    const isSchema = name === "IntrospectionQuery";
    const headers = more?.headers ?? (isSchema ? parsed(keptTab()?.headers) : undefined);
    const answer = await send({ ...asked, operationName: name }, { ...more, headers, documentAST });
    return answer[Symbol.asyncIterator] ? wording(answer) : answer;
  }

  const NAMES = { rss: "RSS", atom: "Atom", json: "JSON" };

  /** The feed of a query: a button, and then links. */
  function Feed({ tab }) {
    const [became, setBecame] = useState(null);
    if (became?.addresses) {
      return h("p", null, "Feed of this query:", Object.keys(NAMES).map((format) => [
        " ", h("a", { key: format, href: became.addresses[format] }, NAMES[format]),
      ]));
    }
    const onClick = async () => {
      setBecame({ isWaiting: true });
      setBecame(await feedOf(tab));
    };
    const disabled = Boolean(became?.isWaiting);
    return h(React.Fragment, null,
      h("button", { type: "button", onClick, disabled }, "Feed of this query"),
      became?.trouble && h("p", { role: "alert" }, became.trouble));
  }

  /** The address that our link leads to just now. */
  let linked = null;

  /** What stands below an answer. */
  function Below() {
    const { tabs, activeTabIndex, queryEditor, variableEditor, headerEditor, responseEditor } =
      GraphiQL.React.useEditorContext();
    const schema = GraphiQL.React.useSchemaStore((store) => store.schema);
    const tab = tabs[activeTabIndex];
    const query = tab.query ?? "";
    const isFeed = useMemo(
      () => selectsArticles(schema, query, tab.operationName), [schema, query, tab.operationName]);
    // It would ask other sites for pictures that the pointer passes; this page asks no others.
    useEffect(() => responseEditor?.setOption("info", false), [responseEditor]);
    useEffect(() => queryEditor?.setOption("lineWrapping", true), [queryEditor]);
    useEffect(() => {
      const labels = ["Query", "Variables", "Headers", "Answer"];
      [queryEditor, variableEditor, headerEditor, responseEditor].forEach(
        (editor, number) => editor?.setOption("screenReaderLabel", labels[number]));
      // Who has no mouse comes out of an editor by Tab, as out of all else (WCAG 2.2, 2.1.2).
      [queryEditor, variableEditor, headerEditor, responseEditor].forEach((editor) =>
        editor?.setOption("extraKeys", {
          ...editor.getOption("extraKeys"), Tab: false, "Shift-Tab": false,
        }));
    }, [queryEditor, variableEditor, headerEditor, responseEditor]);
    const address = linked = addressOf(query, tab.variables);
    // With another query, all about the feed begins anew.
    const key = JSON.stringify([query, tab.variables, tab.operationName]);
    return h("div", { className: "below" },
      isFeed && h(Feed, { key, tab }),
      query && h("a", { href: address }, "Address of this query"));
  }

  const first = shared();
  const tabs = first ? [first, ...said.tabs] : said.tabs;
  // On a first visit GraphiQL shows the first tab without its variables, if it is not told of them.
  const begun = first ?? (keptTab() ? {} : { variables: tabs[0]?.variables });
  window.addEventListener("hashchange", () => {
    // Our own link leads to what is there already; what somebody pastes does not.
    if (shared() && location.hash !== linked) location.reload();
  });

  const root = ReactDOM.createRoot(document.getElementById("graphiql"));
  root.render(h(GraphiQL, {
    fetcher,
    plugins: [GraphiQLPluginExplorer.explorerPlugin({ showAttribution: false })],
    storage,
    defaultQuery: "",
    defaultTabs: tabs.length ? tabs : [{ query: "" }],
    ...begun,
    ...(said.readsSchema ? {} : { schema: null }),
    isHeadersEditorEnabled: true,
    shouldPersistHeaders: true,
  }, h(GraphiQL.Logo, null, "GraphiQL"), h(GraphiQL.Footer, null, h(Below))));
})();
