// newsgraph's schema on fastify, mercurius and better-sqlite3, with loaders; JIT=1 compiles operations.
// BENCH_STORE is the path of the database file. Keys have 63 bits, so they are read as text.
'use strict'

const fs = require('node:fs')
const path = require('node:path')
const Fastify = require('fastify')
const mercurius = require('mercurius')
const Database = require('better-sqlite3')

const database = new Database(process.env.BENCH_STORE, { readonly: true })
const prepared = new Map()
const sql = text => {
  let found = prepared.get(text)
  if (!found) prepared.set(text, (found = database.prepare(text)))
  return found
}
const all = (text, values = []) => sql(text).all(values)
const one = (text, values = []) => sql(text).get(values)

const key = name => `CAST(${name} AS TEXT)`
const ARTICLE = `${key('a.id')} AS key, a.node_id AS id, a.slug, a.title, a.excerpt,
  nullif(a.published_at, '') AS publishedAt, a.updated_at AS updatedAt,
  coalesce(a.web_url, a.original_url) AS webUrl, a.original_url AS originalUrl,
  a.amp_url AS ampUrl, a.cdn_amp_url AS cdnAmpUrl, a.type, a.category, a.quality, a.heat,
  a.published, ${key('a.provider_id')} AS providerKey`
const LINK = `${key('article_id')} AS owner, ${key('id')} AS key, position, title, excerpt,
  nullif(published_at, '') AS publishedAt, coalesce(web_url, original_url) AS webUrl, quality,
  ${key('provider_id')} AS providerKey, ${key('target_id')} AS targetKey`
const PROVIDER = `${key('id')} AS key, name, domain, description`
const placeholders = keys => keys.map(() => '?').join()

// Loads a batch with one statement.
const many = (text, keyOf = ({ obj }) => obj.key) => async queries => {
  const keys = queries.map(keyOf)
  const lists = new Map()
  for (const row of all(text(placeholders(keys)), keys)) {
    const list = lists.get(row.owner)
    if (list) list.push(row)
    else lists.set(row.owner, [row])
  }
  return keys.map(key => lists.get(key) || [])
}
const single = (text, keyOf) => async queries => {
  const keys = queries.map(keyOf)
  const nonNull = [...new Set(keys.filter(key => key !== null))]
  const rows = new Map(nonNull.length ? all(text(placeholders(nonNull)), nonNull).map(row => [row.key, row]) : [])
  return keys.map(key => rows.get(key) || null)
}
const providers = single(
  m => `SELECT ${PROVIDER} FROM provider WHERE id IN (${m})`, ({ obj }) => obj.providerKey)
const images = owner => many(m => `SELECT ${key(`${owner}_id`)} AS owner, url, width, height,
  is_cached AS isCached, title, attribution FROM ${owner}_image
  WHERE ${owner}_id IN (${m}) ORDER BY ${owner}_id, position`)
const text = column => single(m => `SELECT ${key('id')} AS key, ${column} AS value FROM article
  WHERE id IN (${m})`, ({ obj }) => obj.key)
const value = loader => async queries => (await loader(queries)).map(row => row.value)

const loaders = {
  Article: {
    provider: providers,
    topics: many(m => `SELECT ${key('f.article_id')} AS owner, ${key('t.id')} AS key, t.name, t.slug
      FROM article_topic f JOIN topic t ON t.id = f.topic_id WHERE f.article_id IN (${m})
      ORDER BY f.article_id, f.position`),
    images: images('article'),
    authors: many(m => `SELECT ${key('article_id')} AS owner, name, url FROM article_author
      WHERE article_id IN (${m}) ORDER BY article_id, position`),
    related: many(m => `SELECT ${LINK} FROM link WHERE article_id IN (${m})
      ORDER BY article_id, position`),
    body: value(text('body')),
    bodyHtml: value(text('body_html')),
    frontMatter: async queries => (await single(m => `SELECT ${key('id')} AS key, front_matter AS value
      FROM document WHERE id IN (${m})`, ({ obj }) => obj.key)(queries)).map(row => JSON.parse(row.value)),
    source: single(m => `SELECT ${key('id')} AS key, path, sha256, imported_at AS importedAt, revision
      FROM document WHERE id IN (${m})`, ({ obj }) => obj.key)
  },
  RelatedLink: {
    provider: providers,
    images: images('link'),
    article: single(m => `SELECT ${ARTICLE} FROM article a WHERE a.id IN (${m})`,
      ({ obj }) => obj.targetKey)
  },
  Provider: { images: images('provider') }
}

const hex = (...parts) => Buffer.from(parts.join('|')).toString('hex')
const NEWEST = 'a.date_order DESC, a.id'

// A page is read when one of its parts is requested, at most once.
class Page {
  constructor (source, where, values, first, order = NEWEST) {
    Object.assign(this, { source, where, values, first, order })
  }

  read () {
    if (!this.rows) {
      this.rows = all(`SELECT ${ARTICLE} FROM ${this.source} WHERE ${this.where}
        ORDER BY ${this.order} LIMIT ?`, [...this.values, this.first + 1])
    }
    return this.rows
  }

  get edges () {
    return this.read().slice(0, this.first).map(node => ({ node, cursor: this.cursor(node) }))
  }

  cursor (row) { return hex('newest', row.publishedAt || '', row.key) }

  get pageInfo () {
    const rows = this.read()
    const last = rows[Math.min(rows.length, this.first) - 1]
    return { endCursor: last ? this.cursor(last) : null, hasNextPage: rows.length > this.first }
  }

  get totalCount () {
    return one(`SELECT count(*) AS n FROM ${this.source} WHERE ${this.where}`, this.values).n
  }

  get facets () { return { page: this } }
}

const ESCAPES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;', '\x02': '<mark>', '\x03': '</mark>' }

class Found extends Page {
  read () {
    if (!this.rows) {
      this.rows = all(`SELECT ${ARTICLE}, h.score,
        (SELECT snippet(article_text, -1, char(2), char(3), '…', 24) FROM article_text
         WHERE article_text MATCH ? AND rowid = h.id) AS snippet
        FROM (SELECT * FROM (SELECT rowid AS id,
          CAST(round(bm25(article_text, 10, 4, 1, 2, 4) * -1000000000) AS INTEGER) AS score
          FROM article_text WHERE article_text MATCH ? LIMIT -1 OFFSET 0)
          ORDER BY score DESC, id LIMIT ?) h
        JOIN article a ON a.id = h.id ORDER BY h.score DESC, h.id`,
      [...this.values, ...this.values, this.first + 1])
    }
    return this.rows
  }

  get edges () {
    return this.read().slice(0, this.first).map(node => ({
      node,
      score: node.score / 1e9,
      snippet: node.snippet.replace(/[&<>"'\x02\x03]/g, found => ESCAPES[found])
    }))
  }

  cursor (row) { return hex('match', row.score, row.key) }
}

const resolvers = {
  Query: {
    articles (_, { first, after, filter }) {
      const slugs = filter?.topics?.any
      if (slugs) {
        return new Page('article a', `a.id IN (SELECT f.article_id FROM article_topic f
          JOIN topic t ON t.id = f.topic_id WHERE t.slug IN (${placeholders(slugs)}))`, slugs, first)
      }
      if (!after) return new Page('article a', '1', [], first)
      const [, at, id] = Buffer.from(after, 'hex').toString().split('|')
      return new Page('article a',
        'a.date_order <= ? AND (a.date_order < ? OR a.id > CAST(? AS INTEGER))', [at, at, id], first)
    },
    article: (_, { slug }) => one(`SELECT ${ARTICLE} FROM article a WHERE a.slug = ?`, [slug]),
    search: (_, { query, first }) =>
      new Found('', '', [query.split(' ').map(word => `"${word}"`).join(' ')], first),
    topic: (_, { slug }) => one(`SELECT ${key('id')} AS key, name, slug FROM topic WHERE slug = ?`, [slug]),
    provider: (_, { domain }) => one(`SELECT ${PROVIDER} FROM provider WHERE domain = ?`, [domain])
  },
  Topic: {
    articles: (topic, { first }) => new Page(
      'article_topic f JOIN article a ON a.id = f.article_id', 'f.topic_id = CAST(? AS INTEGER)',
      [topic.key], first, 'f.date_order DESC, f.article_id')
  },
  Provider: {
    articles (provider, { first, filter }) {
      const times = filter?.publishedAt
      return new Page('article a', 'a.provider_id = CAST(? AS INTEGER)' +
        (times ? ' AND a.date_order >= ? AND a.date_order < ?' : ''),
      times ? [provider.key, times.gte, times.lt] : [provider.key], first)
    }
  },
  Article: {
    published: article => article.published === 1,
    relatedBy: (article, { first }) => new Page('article a',
      'a.id IN (SELECT article_id FROM link WHERE target_id = CAST(? AS INTEGER))', [article.key], first)
  },
  Image: { isCached: image => image.isCached === null ? null : image.isCached === 1 },
  Facets: {
    topics: ({ page }, { first }) => all(`SELECT t.name, t.slug, count(*) AS count
      FROM article_topic o JOIN topic t ON t.id = o.topic_id
      WHERE o.article_id IN (SELECT a.id FROM ${page.source} WHERE ${page.where})
      GROUP BY t.id ORDER BY count DESC, t.slug LIMIT ?`, [...page.values, first])
      .map(row => ({ topic: row, count: row.count })),
    providers: ({ page }, { first }) => all(`SELECT p.name, p.domain, c.count FROM
      (SELECT a.provider_id, count(*) AS count FROM ${page.source} WHERE ${page.where}
       GROUP BY a.provider_id) c JOIN provider p ON p.id = c.provider_id
      ORDER BY c.count DESC, p.domain LIMIT ?`, [...page.values, first])
      .map(row => ({ provider: row, count: row.count })),
    publishedAt: ({ page }) => all(`SELECT substr(a.date_order, 1, 7) || '-01T00:00:00Z' AS "from",
      count(*) AS count FROM ${page.source} WHERE ${page.where} AND a.date_order >= '0001'
      GROUP BY 1 ORDER BY 1 DESC LIMIT 100`, page.values)
  }
}

const app = Fastify()
app.register(mercurius, {
  schema: fs.readFileSync(path.join(__dirname, 'schema.graphql'), 'utf8'),
  resolvers,
  loaders,
  jit: process.env.JIT ? 1 : 0
})
app.listen({ host: '127.0.0.1', port: Number(process.env.PORT) })
