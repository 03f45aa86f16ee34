// Sets up GraphiQL. This file is served unchanged; the scripts before it define React, ReactDOM,
// GraphiQL and GraphiQLPluginExplorer.
"use strict";

(() => {
  const { createElement: h, useEffect, useMemo, useState } = React;
  const { GraphQL } = GraphiQL;

  const pageData = JSON.parse(document.getElementById("page-data").textContent);
  // The URL as this browser reaches the site, whatever its host and path prefix are.
  const graphqlUrl = location.origin + location.pathname;
  const queryFeedsUrl = graphqlUrl.replace(/graphql$/, "feeds/query");

  /** Return the query in the fragment of the page's URL, or null. */
  function readQueryFromUrl() {
    const params = new URLSearchParams(location.hash.slice(1));
    const query = params.get("query");
    return query === null ? null : { query, variables: params.get("variables") ?? "" };
  }

  /** Return a URL of this page that contains a query. */
  function buildQueryUrl(query, variables) {
    const params = new URLSearchParams({ query });
    if (variables) params.set("variables", variables);
    return `#${params}`;
  }

  function getOperations(document) {
    return document.definitions.filter(({ kind }) => kind === "OperationDefinition");
  }

  /** Return whether a query selects a page of articles; the server has the final decision. */
  function selectsArticles(schema, text, name) {
    let document;
    try {
      document = GraphQL.parse(text);
    } catch {
      return false;
    }
    const operations = getOperations(document);
    const operation = operations.length > 1
      ? operations.find((definition) => definition.name?.value === name)
      : operations[0];
    if (operation?.operation !== "query") return false;
    if (!schema) return true;
    const types = new GraphQL.TypeInfo(schema);
    let hasArticles = false;
    const visitor = {
      OperationDefinition: (definition) => (definition === operation ? undefined : false),
      Field() {
        const type = types.getType() && GraphQL.getNullableType(types.getType());
        // A feed has the articles of a single object; a list leads to several.
        if (!GraphQL.isObjectType(type)) return false;
        const edges = type.getFields().edges;
        if (!edges) return undefined;
        const node = GraphQL.getNamedType(edges.type).getFields().node;
        hasArticles ||= node !== undefined && GraphQL.getNamedType(node.type).name === "Article";
        return false;
      },
    };
    GraphQL.visit(document, GraphQL.visitWithTypeInfo(types, visitor));
    return hasArticles;
  }

  /** Parse an editor's text; return undefined if it is not JSON. */
  function parseJson(text) {
    try {
      return text?.trim() ? JSON.parse(text) : {};
    } catch {
      return undefined;
    }
  }

  /**
   * Fetch; if something other than newsgraph responds, such as a proxy, throw its message.
   * The thrown object is no Error, because GraphiQL would show the stack trace of an Error.
   */
  async function fetchFromServer(url, request) {
    let response;
    try {
      response = await fetch(url, request);
    } catch (error) {
      throw { message: `No response from ${url}: ${error.message}` };
    }
    const mediaType = response.headers.get("Content-Type") ?? "";
    if (/json|^multipart/.test(mediaType)) return response;
    const text = await response.text();
    if (/^text\/plain/.test(mediaType) && text) throw { message: text };
    const { textContent } = new DOMParser().parseFromString(text, "text/html").body;
    const excerpt = textContent.trim().replace(/\s+/g, " ").slice(0, 300);
    throw { message: `Something other than newsgraph responded, with status ${response.status}: ${excerpt}` };
  }

  /** Ask the server for the URLs of the feeds of a query; return them, or the error message. */
  async function fetchFeedUrls({ query, variables, headers, operationName }) {
    const variableValues = parseJson(variables);
    if (variableValues === undefined) return { error: "The variables are not JSON." };
    const params = new URLSearchParams({ query, variables: JSON.stringify(variableValues) });
    if (operationName) params.set("operationName", operationName);
    try {
      const request = { headers: { ...parseJson(headers), Accept: "application/json" } };
      const response = await fetchFromServer(`${queryFeedsUrl}?${params}`, request);
      return response.ok ? { urls: await response.json() } : { error: await response.text() };
    } catch (error) {
      return { error: error.message };
    }
  }

  // A host may serve several archives, each below its own path. A browser that stores nothing for
  // the site forbids even reading.
  const storage = (() => {
    try {
      localStorage.getItem("");
      return GraphiQL.createLocalStorage({ namespace: location.pathname });
    } catch {
      return null;
    }
  })();

  /** Return the active tab that the browser has stored, or undefined. */
  function readStoredTab() {
    const state = parseJson(storage?.getItem("graphiql:tabState"));
    return state?.tabs?.[state.activeTabIndex];
  }

  const subscriptionUrl = graphqlUrl.replace(/^http/, "ws");
  const send = GraphiQL.createFetcher({
    url: graphqlUrl, subscriptionUrl, fetch: fetchFromServer,
  });

  /** Describe why a subscription ended: the browser's event has no message. */
  function describeError(error) {
    if (!(error instanceof Event)) return error;
    const reason = error.reason ? ` (${error.code} ${error.reason})` : "";
    return { message: `The connection to ${subscriptionUrl} is gone${reason}. Run it again.` };
  }

  /** Wrap a subscription's results; a generator could not be stopped while it waits for one. */
  function describeErrors(results) {
    const iterator = results[Symbol.asyncIterator]();
    const next = () => iterator.next().catch((error) => { throw describeError(error); });
    return { [Symbol.asyncIterator]() { return this; }, next, return: () => iterator.return() };
  }

  /** Send the editor's document; GraphiQL may still select an operation of an earlier document. */
  async function fetcher(request, options) {
    let documentAST;
    try {
      documentAST = GraphQL.parse(request.query);
    } catch {
      return send(request, options);
    }
    const names = getOperations(documentAST).map((operation) => operation.name?.value);
    const operationName = names.length > 1 ? request.operationName : names[0];
    // The schema is fetched before there is an editor with headers.
    const isIntrospection = operationName === "IntrospectionQuery";
    const headers = options?.headers
      ?? (isIntrospection ? parseJson(readStoredTab()?.headers) : undefined);
    const result = await send({ ...request, operationName }, { ...options, headers, documentAST });
    return result[Symbol.asyncIterator] ? describeErrors(result) : result;
  }

  const FORMAT_NAMES = { rss: "RSS", atom: "Atom", json: "JSON" };

  /** The feed of a query: a button, and links once the feed exists. */
  function Feed({ tab }) {
    const [outcome, setOutcome] = useState(null);
    if (outcome?.urls) {
      return h("p", null, "Feed of this query:", Object.keys(FORMAT_NAMES).map((format) => [
        " ", h("a", { key: format, href: outcome.urls[format] }, FORMAT_NAMES[format]),
      ]));
    }
    const onClick = async () => {
      setOutcome({ isPending: true });
      setOutcome(await fetchFeedUrls(tab));
    };
    const disabled = Boolean(outcome?.isPending);
    return h(React.Fragment, null,
      h("button", { type: "button", onClick, disabled }, "Feed of this query"),
      outcome?.error && h("p", { role: "alert" }, outcome.error));
  }

  /** The current target of the link below the response. */
  let linkedUrl = null;

  /** The links below the response. */
  function Below() {
    const { tabs, activeTabIndex, queryEditor, variableEditor, headerEditor, responseEditor } =
      GraphiQL.React.useEditorContext();
    const schema = GraphiQL.React.useSchemaStore((store) => store.schema);
    const tab = tabs[activeTabIndex];
    const query = tab.query ?? "";
    const isFeed = useMemo(
      () => selectsArticles(schema, query, tab.operationName), [schema, query, tab.operationName]);
    // Image previews would load from other sites; this page makes no requests to other sites.
    useEffect(() => responseEditor?.setOption("info", false), [responseEditor]);
    useEffect(() => queryEditor?.setOption("lineWrapping", true), [queryEditor]);
    useEffect(() => {
      const labels = ["Query", "Variables", "Headers", "Response"];
      [queryEditor, variableEditor, headerEditor, responseEditor].forEach(
        (editor, index) => editor?.setOption("screenReaderLabel", labels[index]));
      // Tab leaves an editor, like every other control, for keyboard users (WCAG 2.2, 2.1.2).
      [queryEditor, variableEditor, headerEditor, responseEditor].forEach((editor) =>
        editor?.setOption("extraKeys", {
          ...editor.getOption("extraKeys"), Tab: false, "Shift-Tab": false,
        }));
    }, [queryEditor, variableEditor, headerEditor, responseEditor]);
    const queryUrl = linkedUrl = buildQueryUrl(query, tab.variables);
    // A new key resets the feed when the query changes.
    const key = JSON.stringify([query, tab.variables, tab.operationName]);
    return h("div", { className: "below" },
      isFeed && h(Feed, { key, tab }),
      query && h("a", { href: queryUrl }, "Address of this query"));
  }

  const sharedTab = readQueryFromUrl();
  const tabs = sharedTab ? [sharedTab, ...pageData.tabs] : pageData.tabs;
  // On a first visit GraphiQL would show the first tab without its variables.
  const initialTab = sharedTab ?? (readStoredTab() ? {} : { variables: tabs[0]?.variables });
  window.addEventListener("hashchange", () => {
    // The link below the response leads to the query that is shown; a pasted URL to another one.
    if (readQueryFromUrl() && location.hash !== linkedUrl) location.reload();
  });

  const root = ReactDOM.createRoot(document.getElementById("graphiql"));
  root.render(h(GraphiQL, {
    fetcher,
    plugins: [GraphiQLPluginExplorer.explorerPlugin({ showAttribution: false })],
    storage,
    defaultQuery: "",
    defaultTabs: tabs.length ? tabs : [{ query: "" }],
    ...initialTab,
    ...(pageData.readsSchema ? {} : { schema: null }),
    isHeadersEditorEnabled: true,
    shouldPersistHeaders: true,
  }, h(GraphiQL.Logo, null, "GraphiQL"), h(GraphiQL.Footer, null, h(Below))));
})();
