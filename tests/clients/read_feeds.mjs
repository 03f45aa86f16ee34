// What a feed reader of npm reads: node read_feeds.mjs PACKAGE SITE PATH...
// Prints entries with the fields of tests/server/readers/entry_readers.py as JSON, by path.
import { parseFeed } from "feedsmith";
import RssParser from "rss-parser";

const [reader, site, ...paths] = process.argv.slice(2);

const toHtml = (text) => text?.replace(/&/g, "&amp;").replace(/</g, "&lt;");

// By default, rss-parser keeps the first of several authors only.
const customFields = { item: [["dc:creator", "creators", { keepArray: true }]] };
const rssParser = new RssParser({ customFields });

async function readWithRssParser(text) {
  const { items } = await rssParser.parseString(text);
  return items.map((item) => ({
    id: item.guid ?? item.id,
    title: item.title,
    link: item.link,
    published: item.isoDate,
    authors: item.creators ?? (item.author ? [item.author] : []),
    content: item["content:encoded"] ?? item.content ?? toHtml(item.summary),
    // A category with the attribute `domain` is an object.
    categories: item.categories?.map((category) => category._ ?? category),
    enclosure: item.enclosure?.url,
  }));
}

const FEEDSMITH = {
  rss: ({ items }) =>
    items.map((item) => ({
      id: item.guid?.value,
      title: item.title,
      link: item.link,
      published: item.pubDate,
      authors: item.dc?.creators,
      content: item.content?.encoded ?? item.description,
      categories: item.categories?.map(({ name }) => name),
      enclosure: item.enclosures?.[0]?.url,
    })),
  atom: ({ entries }) =>
    entries.map((entry) => ({
      id: entry.id,
      title: entry.title?.value,
      link: entry.links?.find(({ rel }) => (rel ?? "alternate") === "alternate")?.href,
      published: entry.published,
      updated: entry.updated,
      authors: entry.authors?.map(({ name }) => name),
      content: entry.content?.value ?? toHtml(entry.summary?.value),
      categories: entry.categories?.map(({ label, term }) => label ?? term),
      enclosure: entry.links?.find(({ rel }) => rel === "enclosure")?.href,
    })),
  json: ({ items }) =>
    items.map((item) => ({
      id: item.id,
      title: item.title,
      link: item.url,
      published: item.date_published,
      updated: item.date_modified,
      authors: item.authors?.map(({ name }) => name),
      content: item.content_html ?? toHtml(item.content_text),
      categories: item.tags,
      enclosure: item.attachments?.[0]?.url,
    })),
};

function readWithFeedsmith(text) {
  const { format, feed } = parseFeed(text);
  return FEEDSMITH[format](feed);
}

const read = reader === "feedsmith" ? readWithFeedsmith : readWithRssParser;
const entries = {};
for (const path of paths) entries[path] = await read(await (await fetch(site + path)).text());
console.log(JSON.stringify(entries));
