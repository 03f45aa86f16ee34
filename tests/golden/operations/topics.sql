SELECT store.revision, json_object('topics', (SELECT json_object('totalCount', store.topic_count, 'edges', json_group_array(json_object('cursor', lower(hex('name|' || rows_3.place || '|' || CAST(rows_3.id AS TEXT))), 'node', json_object('id', topic_4.node_id, 'name', topic_4.name, 'slug', topic_4.slug, 'articleCount', topic_4.article_count, 'feeds', (SELECT json_object('rss', ? || '/feeds/topics/' || topic_6.href || '.rss', 'atom', ? || '/feeds/topics/' || topic_6.href || '.atom') AS anon_2 
FROM topic AS topic_6 
WHERE topic_6.id = topic_4.id), 'newest', (SELECT json_object('edges', json_group_array(json_object('node', json_object('title', rows_8.title)))) AS anon_3 
FROM (SELECT article_7.id AS id, article_7.title AS title, filed.published_at AS place 
FROM article_topic AS filed JOIN article AS article_7 ON filed.article_id = article_7.id 
WHERE filed.topic_id = topic_4.id ORDER BY filed.published_at DESC, filed.article_id
 LIMIT ? OFFSET ?) AS rows_8)))) FILTER (WHERE rows_3.number <= ?), 'pageInfo', json_object('hasNextPage', json(CASE (coalesce(max(rows_3.size), ?) > ?) WHEN 1 THEN 'true' WHEN 0 THEN 'false' END), 'hasPreviousPage', json(CASE (0) WHEN 1 THEN 'true' WHEN 0 THEN 'false' END), 'startCursor', max(lower(hex('name|' || rows_3.place || '|' || CAST(rows_3.id AS TEXT)))) FILTER (WHERE rows_3.number = CASE WHEN (? > ?) THEN ? END), 'endCursor', max(lower(hex('name|' || rows_3.place || '|' || CAST(rows_3.id AS TEXT)))) FILTER (WHERE rows_3.number = CASE WHEN (rows_3.size < ?) THEN rows_3.size ELSE ? END))) AS anon_1 
FROM (SELECT keys_2.id AS id, keys_2.place AS place, row_number() OVER () AS number, count(*) OVER () AS size 
FROM (SELECT topic_1.id AS id, topic_1.name AS place 
FROM topic AS topic_1 ORDER BY topic_1.name, topic_1.id
 LIMIT ? + ? OFFSET ?) AS keys_2) AS rows_3 CROSS JOIN topic AS topic_4 ON topic_4.id = rows_3.id)) AS answer 
FROM state AS store;
