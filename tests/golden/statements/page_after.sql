SELECT store.revision, json_object('articles', (SELECT json_object('edges', json_group_array(json_object('cursor', lower(hex('newest|' || rows_3.place || '|' || CAST(rows_3.id AS TEXT))), 'node', json_object('title', article_4.title))) FILTER (WHERE rows_3.number <= ?), 'pageInfo', json_object('hasNextPage', json(CASE (coalesce(max(rows_3.size), ?) > ?) WHEN 1 THEN 'true' WHEN 0 THEN 'false' END), 'hasPreviousPage', json(CASE (EXISTS (SELECT ? AS anon_2 
FROM article AS article_5 
WHERE article_5.published_at >= ? AND (article_5.published_at > ? OR article_5.id <= ?))) WHEN 1 THEN 'true' WHEN 0 THEN 'false' END), 'startCursor', max(lower(hex('newest|' || rows_3.place || '|' || CAST(rows_3.id AS TEXT)))) FILTER (WHERE rows_3.number = CASE WHEN (? > ?) THEN ? END), 'endCursor', max(lower(hex('newest|' || rows_3.place || '|' || CAST(rows_3.id AS TEXT)))) FILTER (WHERE rows_3.number = CASE WHEN (rows_3.size < ?) THEN rows_3.size ELSE ? END))) AS anon_1 
FROM (SELECT keys_2.id AS id, keys_2.place AS place, row_number() OVER () AS number, count(*) OVER () AS size 
FROM (SELECT article_1.id AS id, article_1.published_at AS place 
FROM article AS article_1 
WHERE article_1.published_at <= ? AND (article_1.published_at < ? OR article_1.id > ?) ORDER BY article_1.published_at DESC, article_1.id
 LIMIT ? + ? OFFSET ?) AS keys_2) AS rows_3 CROSS JOIN article AS article_4 ON article_4.id = rows_3.id)) AS answer 
FROM state AS store
