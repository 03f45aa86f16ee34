SELECT store.revision, json_object('end', (SELECT json_object('pageInfo', json_object('hasNextPage', json(CASE (0) WHEN 1 THEN 'true' WHEN 0 THEN 'false' END), 'hasPreviousPage', json(CASE (coalesce(max(rows_3.size), ?) > ?) WHEN 1 THEN 'true' WHEN 0 THEN 'false' END), 'startCursor', max(lower(hex('quality-desc|' || CAST(rows_3.place AS TEXT) || '|' || CAST(rows_3.id AS TEXT)))) FILTER (WHERE rows_3.number = CASE WHEN (rows_3.size < ?) THEN rows_3.size ELSE ? END), 'endCursor', max(lower(hex('quality-desc|' || CAST(rows_3.place AS TEXT) || '|' || CAST(rows_3.id AS TEXT)))) FILTER (WHERE rows_3.number = CASE WHEN (? > ?) THEN ? END)), 'edges', json_group_array(json_object('node', json_object('slug', rows_3.slug, 'quality', rows_3.quality))) FILTER (WHERE rows_3.number <= ?)) AS anon_1 
FROM (SELECT found_2.id AS id, found_2.slug AS slug, found_2.quality AS quality, found_2.place AS place, row_number() OVER (ORDER BY found_2.place, found_2.id DESC) AS number, count(*) OVER () AS size 
FROM (SELECT article_1.id AS id, article_1.slug AS slug, article_1.quality AS quality, coalesce(article_1.quality, -2147483649) AS place 
FROM article AS article_1 ORDER BY coalesce(article_1.quality, -2147483649), article_1.id DESC
 LIMIT ? + ? OFFSET ?) AS found_2 ORDER BY row_number() OVER (ORDER BY found_2.place, found_2.id DESC) DESC) AS rows_3)) AS answer 
FROM state AS store;

SELECT store.revision, json_object('topics', (SELECT json_object('pageInfo', json_object('hasPreviousPage', json(CASE (coalesce(max(rows_3.size), ?) > ?) WHEN 1 THEN 'true' WHEN 0 THEN 'false' END)), 'edges', json_group_array(json_object('node', json_object('slug', rows_3.slug, 'articles', (SELECT json_object('edges', json_group_array(json_object('node', json_object('slug', rows_6.slug))) FILTER (WHERE rows_6.number <= ?)) AS anon_2 
FROM (SELECT found_5.id AS id, found_5.slug AS slug, found_5.place AS place, row_number() OVER (ORDER BY found_5.place, found_5.id DESC) AS number, count(*) OVER () AS size 
FROM (SELECT article_4.id AS id, article_4.slug AS slug, filed.published_at AS place 
FROM article_topic AS filed JOIN article AS article_4 ON filed.article_id = article_4.id 
WHERE filed.topic_id = rows_3.id ORDER BY filed.published_at, filed.article_id DESC
 LIMIT ? + ? OFFSET ?) AS found_5 ORDER BY row_number() OVER (ORDER BY found_5.place, found_5.id DESC) DESC) AS rows_6)))) FILTER (WHERE rows_3.number <= ?)) AS anon_1 
FROM (SELECT found_2.id AS id, found_2.slug AS slug, found_2.article_count AS article_count, found_2.place AS place, row_number() OVER (ORDER BY found_2.place DESC, found_2.id DESC) AS number, count(*) OVER () AS size 
FROM (SELECT topic_1.id AS id, topic_1.slug AS slug, topic_1.article_count AS article_count, topic_1.name AS place 
FROM topic AS topic_1 ORDER BY topic_1.name DESC, topic_1.id DESC
 LIMIT ? + ? OFFSET ?) AS found_2 ORDER BY row_number() OVER (ORDER BY found_2.place DESC, found_2.id DESC) DESC) AS rows_3)) AS answer 
FROM state AS store;
