SELECT store.revision, json_object('topics', (SELECT json_object('totalCount', store.topic_count, 'edges', json_group_array(json_object('cursor', lower(hex('name|' || rows_3.place || '|' || CAST(rows_3.id AS TEXT))), 'node', json_object('id', rows_3.node_id, 'name', rows_3.name, 'slug', rows_3.slug, 'articleCount', rows_3.article_count, 'feeds', (SELECT json_object('rss', ? || '/feeds/topics/' || topic_5.href || '.rss', 'atom', ? || '/feeds/topics/' || topic_5.href || '.atom') AS anon_2 
FROM topic AS topic_5 
WHERE topic_5.id = rows_3.id), 'newest', (SELECT json_object('edges', json_group_array(json_object('node', json_object('title', rows_7.title)))) AS anon_3 
FROM (SELECT article_6.id AS id, article_6.title AS title, filed.published_at AS place 
FROM article_topic AS filed JOIN article AS article_6 ON filed.article_id = article_6.id 
WHERE filed.topic_id = rows_3.id ORDER BY filed.published_at DESC, filed.article_id
 LIMIT ? OFFSET ?) AS rows_7)))) FILTER (WHERE rows_3.number <= ?), 'pageInfo', json_object('hasNextPage', json(CASE (coalesce(max(rows_3.size), ?) > ?) WHEN 1 THEN 'true' WHEN 0 THEN 'false' END), 'hasPreviousPage', json(CASE (0) WHEN 1 THEN 'true' WHEN 0 THEN 'false' END), 'startCursor', max(lower(hex('name|' || rows_3.place || '|' || CAST(rows_3.id AS TEXT)))) FILTER (WHERE rows_3.number = CASE WHEN (? > ?) THEN ? END), 'endCursor', max(lower(hex('name|' || rows_3.place || '|' || CAST(rows_3.id AS TEXT)))) FILTER (WHERE rows_3.number = CASE WHEN (rows_3.size < ?) THEN rows_3.size ELSE ? END))) AS anon_1 
FROM (SELECT found_2.id AS id, found_2.node_id AS node_id, found_2.name AS name, found_2.slug AS slug, found_2.article_count AS article_count, found_2.place AS place, row_number() OVER (ORDER BY found_2.place, found_2.id) AS number, count(*) OVER () AS size 
FROM (SELECT topic_1.id AS id, topic_1.node_id AS node_id, topic_1.name AS name, topic_1.slug AS slug, topic_1.article_count AS article_count, topic_1.name AS place 
FROM topic AS topic_1 ORDER BY topic_1.name, topic_1.id
 LIMIT ? + ? OFFSET ?) AS found_2 ORDER BY row_number() OVER (ORDER BY found_2.place, found_2.id)) AS rows_3)) AS answer 
FROM state AS store;
