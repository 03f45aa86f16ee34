SELECT store.revision, json_object('search', (SELECT json_object('totalCount', (SELECT count(*) AS count_1 
FROM (SELECT article_text.rowid AS id, CAST(round(bm25(article_text, 10, 4, 1, 2, 4) * -1000000000) AS INTEGER) AS score 
FROM article_text 
WHERE article_text MATCH ?
 LIMIT -1 OFFSET ?) AS hits JOIN article AS article_4 ON article_4.id = hits.id), 'edges', json_group_array(json_object('cursor', lower(hex('match@' || CAST(store.revision AS TEXT) || '|' || CAST(rows_3.place AS TEXT) || '|' || CAST(rows_3.id AS TEXT))), 'score', rows_3.place / (1000000000.0 + 0.0), 'snippet', (SELECT replace(replace(replace(replace(replace(replace(replace(snippet(article_text, -1, char(2), char(3), '…', 24), '&', '&amp;'), '<', '&lt;'), '>', '&gt;'), '"', '&quot;'), '''', '&#39;'), char(2), '<mark>'), char(3), '</mark>') AS anon_2 
FROM article_text 
WHERE article_text MATCH ? AND article_text.rowid = rows_3.id), 'node', json_object('slug', rows_3.slug, 'provider', (SELECT json_object('name', provider_5.name) AS anon_3 
FROM provider AS provider_5 
WHERE provider_5.id = rows_3.provider_id)))) FILTER (WHERE rows_3.number <= ?), 'pageInfo', json_object('hasNextPage', json(CASE (coalesce(max(rows_3.size), ?) > ?) WHEN 1 THEN 'true' WHEN 0 THEN 'false' END), 'endCursor', max(lower(hex('match@' || CAST(store.revision AS TEXT) || '|' || CAST(rows_3.place AS TEXT) || '|' || CAST(rows_3.id AS TEXT)))) FILTER (WHERE rows_3.number = CASE WHEN (rows_3.size < ?) THEN rows_3.size ELSE ? END)), 'facets', json_object('topics', (SELECT json_group_array(json_object('topic', (SELECT json_object('slug', topic_9.slug) AS anon_5 
FROM topic AS topic_9 
WHERE groups_8.value = topic_9.id), 'count', groups_8.count)) AS anon_4 
FROM (SELECT spread_topic.id AS value, count(*) AS count 
FROM (SELECT article_6.id AS id, article_6.provider_id AS provider_id, article_6.type AS type, article_6.published_at AS published_at 
FROM (SELECT article_text.rowid AS id, CAST(round(bm25(article_text, 10, 4, 1, 2, 4) * -1000000000) AS INTEGER) AS score 
FROM article_text 
WHERE article_text MATCH ?
 LIMIT -1 OFFSET ?) AS hits JOIN article AS article_6 ON article_6.id = hits.id) AS counted_7 JOIN article_topic AS spread ON spread.article_id = counted_7.id JOIN topic AS spread_topic ON spread_topic.id = spread.topic_id 
WHERE spread_topic.id IS NOT NULL GROUP BY spread_topic.id ORDER BY count DESC, spread_topic.slug
 LIMIT 1 OFFSET ?) AS groups_8))) AS anon_1 
FROM (SELECT found_2.id AS id, found_2.slug AS slug, found_2.provider_id AS provider_id, found_2.place AS place, row_number() OVER (ORDER BY found_2.place DESC, found_2.id) AS number, count(*) OVER () AS size 
FROM (SELECT article_1.id AS id, article_1.slug AS slug, article_1.provider_id AS provider_id, hits.score AS place 
FROM (SELECT article_text.rowid AS id, CAST(round(bm25(article_text, 10, 4, 1, 2, 4) * -1000000000) AS INTEGER) AS score 
FROM article_text 
WHERE article_text MATCH ?
 LIMIT -1 OFFSET ?) AS hits JOIN article AS article_1 ON article_1.id = hits.id ORDER BY hits.score DESC, article_1.id
 LIMIT ? + ? OFFSET ?) AS found_2 ORDER BY row_number() OVER (ORDER BY found_2.place DESC, found_2.id)) AS rows_3)) AS answer 
FROM state AS store;

SELECT store.revision, json_object('phrase', (SELECT json_object('edges', json_group_array(json_object('node', json_object('title', rows_2.title)))) AS anon_1 
FROM (SELECT article_1.id AS id, article_1.title AS title, hits.score AS place 
FROM (SELECT article_text.rowid AS id, CAST(round(bm25(article_text, 10, 4, 1, 2, 4) * -1000000000) AS INTEGER) AS score 
FROM article_text 
WHERE article_text MATCH ?
 LIMIT -1 OFFSET ?) AS hits JOIN article AS article_1 ON article_1.id = hits.id 
WHERE article_1.quality >= ? ORDER BY hits.score DESC, article_1.id
 LIMIT ? OFFSET ?) AS rows_2)) AS answer 
FROM state AS store;

SELECT store.revision, json_object('strange', json_object('totalCount', (SELECT count(*) AS count_1 
FROM (SELECT article_text.rowid AS id, CAST(round(bm25(article_text, 10, 4, 1, 2, 4) * -1000000000) AS INTEGER) AS score 
FROM article_text 
WHERE article_text MATCH ?
 LIMIT -1 OFFSET ?) AS hits JOIN article AS article_1 ON article_1.id = hits.id))) AS answer 
FROM state AS store;

SELECT store.revision, json_object('nothing', (SELECT json_object('totalCount', (SELECT count(*) AS count_1 
FROM (SELECT article_text.rowid AS id, CAST(round(bm25(article_text, 10, 4, 1, 2, 4) * -1000000000) AS INTEGER) AS score 
FROM article_text 
WHERE article_text MATCH ?
 LIMIT -1 OFFSET ?) AS hits JOIN article AS article_3 ON article_3.id = hits.id), 'edges', json_group_array(json_object('snippet', (SELECT replace(replace(replace(replace(replace(replace(replace(snippet(article_text, -1, char(2), char(3), '…', 24), '&', '&amp;'), '<', '&lt;'), '>', '&gt;'), '"', '&quot;'), '''', '&#39;'), char(2), '<mark>'), char(3), '</mark>') AS anon_2 
FROM article_text 
WHERE article_text MATCH ? AND article_text.rowid = rows_2.id)))) AS anon_1 
FROM (SELECT article_1.id AS id, hits.score AS place 
FROM (SELECT article_text.rowid AS id, CAST(round(bm25(article_text, 10, 4, 1, 2, 4) * -1000000000) AS INTEGER) AS score 
FROM article_text 
WHERE article_text MATCH ?
 LIMIT -1 OFFSET ?) AS hits JOIN article AS article_1 ON article_1.id = hits.id ORDER BY hits.score DESC, article_1.id
 LIMIT ? OFFSET ?) AS rows_2)) AS answer 
FROM state AS store;
