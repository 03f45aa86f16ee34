SELECT store.revision, json_object('end', (SELECT json_object('pageInfo', json_object('hasNextPage', json(CASE (0) WHEN 1 THEN 'true' WHEN 0 THEN 'false' END), 'hasPreviousPage', json(CASE (coalesce(max(rows_3.size), ?) > ?) WHEN 1 THEN 'true' WHEN 0 THEN 'false' END), 'startCursor', max(lower(hex('quality-desc|' || CAST(rows_3.place AS TEXT) || '|' || CAST(rows_3.id AS TEXT)))) FILTER (WHERE rows_3.number = CASE WHEN (rows_3.size < ?) THEN rows_3.size ELSE ? END), 'endCursor', max(lower(hex('quality-desc|' || CAST(rows_3.place AS TEXT) || '|' || CAST(rows_3.id AS TEXT)))) FILTER (WHERE rows_3.number = CASE WHEN (? > ?) THEN ? END)), 'edges', json_group_array(json_object('node', json_object('slug', article_4.slug, 'quality', article_4.quality))) FILTER (WHERE rows_3.number <= ?)) AS anon_1 
FROM (SELECT keys_2.id AS id, keys_2.place AS place, row_number() OVER () AS number, count(*) OVER () AS size 
FROM (SELECT article_1.id AS id, coalesce(article_1.quality, -2147483649) AS place 
FROM article AS article_1 ORDER BY coalesce(article_1.quality, -2147483649), article_1.id DESC
 LIMIT ? + ? OFFSET ?) AS keys_2 ORDER BY row_number() OVER () DESC
 LIMIT ? + ? OFFSET ?) AS rows_3 CROSS JOIN article AS article_4 ON article_4.id = rows_3.id)) AS answer 
FROM state AS store;

SELECT store.revision, json_object('topics', (SELECT json_object('pageInfo', json_object('hasPreviousPage', json(CASE (coalesce(max(rows_3.size), ?) > ?) WHEN 1 THEN 'true' WHEN 0 THEN 'false' END)), 'edges', json_group_array(json_object('node', json_object('slug', topic_4.slug, 'articles', (SELECT json_object('edges', json_group_array(json_object('node', json_object('slug', article_8.slug))) FILTER (WHERE rows_7.number <= ?)) AS anon_2 
FROM (SELECT keys_6.id AS id, keys_6.place AS place, row_number() OVER () AS number, count(*) OVER () AS size 
FROM (SELECT filed.article_id AS id, filed.published_at AS place 
FROM article_topic AS filed JOIN article AS article_5 ON filed.article_id = article_5.id 
WHERE filed.topic_id = topic_4.id ORDER BY filed.published_at, filed.article_id DESC
 LIMIT ? + ? OFFSET ?) AS keys_6 ORDER BY row_number() OVER () DESC
 LIMIT ? + ? OFFSET ?) AS rows_7 CROSS JOIN article AS article_8 ON rows_7.id = article_8.id)))) FILTER (WHERE rows_3.number <= ?)) AS anon_1 
FROM (SELECT keys_2.id AS id, keys_2.place AS place, row_number() OVER () AS number, count(*) OVER () AS size 
FROM (SELECT topic_1.id AS id, topic_1.name AS place 
FROM topic AS topic_1 ORDER BY topic_1.name DESC, topic_1.id DESC
 LIMIT ? + ? OFFSET ?) AS keys_2 ORDER BY row_number() OVER () DESC
 LIMIT ? + ? OFFSET ?) AS rows_3 CROSS JOIN topic AS topic_4 ON topic_4.id = rows_3.id)) AS answer 
FROM state AS store;
