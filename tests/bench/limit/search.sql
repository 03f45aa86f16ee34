SELECT json_object('search', json_object(
  'edges', json_group_array(json_object(
    'score', hit.score / 1000000000.0,
    'snippet', (
      SELECT replace(replace(replace(replace(replace(replace(replace(
               snippet(article_text, -1, char(2), char(3), '…', 24),
               '&', '&amp;'), '<', '&lt;'), '>', '&gt;'), '"', '&quot;'), '''', '&#39;'),
               char(2), '<mark>'), char(3), '</mark>')
      FROM article_text WHERE article_text MATCH :match AND rowid = hit.id),
    'node', (
      SELECT json_object('title', a.title, 'slug', a.slug,
        'publishedAt', nullif(a.published_at, ''),
        'provider', (SELECT json_object('name', p.name, 'domain', p.domain)
                     FROM provider p WHERE p.id = a.provider_id))
      FROM article a WHERE a.id = hit.id))) FILTER (WHERE hit.place <= 10),
  'pageInfo', json_object(
    'endCursor', max(CASE hit.place WHEN min(10, hit.size)
                     THEN lower(hex('match|' || hit.score || '|' || hit.id)) END),
    'hasNextPage', json(CASE WHEN max(hit.place) > 10 THEN 'true' ELSE 'false' END))))
FROM (SELECT *, row_number() OVER () AS place, count(*) OVER () AS size
      FROM (SELECT * FROM (
              SELECT rowid AS id,
                     CAST(round(bm25(article_text, 10, 4, 1, 2, 4) * -1000000000) AS INTEGER)
                       AS score
              FROM article_text WHERE article_text MATCH :match LIMIT -1 OFFSET 0)
            ORDER BY score DESC, id LIMIT 11)) hit
