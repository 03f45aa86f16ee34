SELECT store.revision, json_object('topic', (SELECT json_object('articles', (SELECT json_object('totalCount', (SELECT count(*) AS count_1 
FROM article_topic AS filed JOIN article AS article_4 ON filed.article_id = article_4.id 
WHERE filed.topic_id = topic_1.id AND article_4.quality >= ?), 'edges', json_group_array(json_object('node', json_object('slug', rows_3.slug, 'quality', rows_3.quality)))) AS anon_2 
FROM (SELECT article_2.id AS id, article_2.slug AS slug, article_2.quality AS quality, filed.published_at AS place 
FROM article_topic AS filed JOIN article AS article_2 ON filed.article_id = article_2.id 
WHERE filed.topic_id = topic_1.id AND article_2.quality >= ? ORDER BY filed.published_at DESC, filed.article_id
 LIMIT ? OFFSET ?) AS rows_3)) AS anon_1 
FROM topic AS topic_1 
WHERE topic_1.slug = ?)) AS answer 
FROM state AS store;

SELECT store.revision, json_object('articles', (SELECT json_object('totalCount', (SELECT count(*) AS count_1 
FROM article AS article_4 
WHERE (EXISTS (SELECT shown.article_id 
FROM article_image AS shown 
WHERE shown.article_id = article_4.id)) = ? AND ((SELECT count(*) AS count_2 
FROM article_topic AS under 
WHERE (under.topic_id IN (SELECT value FROM json_each(?))) AND under.article_id = article_4.id) = json_array_length(?) OR (article_4.provider_id IN (SELECT value FROM json_each(?))) AND (article_4.id IN (SELECT article_text.rowid 
FROM article_text 
WHERE article_text MATCH ?)) IS NOT 1 OR article_4.published_at != ? AND article_4.published_at < ? AND (article_4.published_at = ?) = ? AND (article_4.type IN (SELECT value FROM json_each(?))))), 'pageInfo', json_object('hasNextPage', json(CASE (coalesce(max(rows_3.size), ?) > ?) WHEN 1 THEN 'true' WHEN 0 THEN 'false' END), 'hasPreviousPage', json(CASE (0 = 1) WHEN 1 THEN 'true' WHEN 0 THEN 'false' END), 'startCursor', max(lower(hex('title-asc|' || rows_3.place || '|' || CAST(rows_3.id AS TEXT)))) FILTER (WHERE rows_3.number = CASE WHEN (? > ?) THEN ? END), 'endCursor', max(lower(hex('title-asc|' || rows_3.place || '|' || CAST(rows_3.id AS TEXT)))) FILTER (WHERE rows_3.number = CASE WHEN (rows_3.size < ?) THEN rows_3.size ELSE ? END)), 'edges', json_group_array(json_object('cursor', lower(hex('title-asc|' || rows_3.place || '|' || CAST(rows_3.id AS TEXT))), 'node', json_object('title', rows_3.title))) FILTER (WHERE rows_3.number <= ?)) AS anon_1 
FROM (SELECT found_2.id AS id, found_2.title AS title, found_2.place AS place, row_number() OVER (ORDER BY found_2.place, found_2.id DESC) AS number, count(*) OVER () AS size 
FROM (SELECT article_1.id AS id, article_1.title AS title, article_1.title AS place 
FROM article AS article_1 
WHERE (EXISTS (SELECT shown.article_id 
FROM article_image AS shown 
WHERE shown.article_id = article_1.id)) = ? AND ((SELECT count(*) AS count_3 
FROM article_topic AS under 
WHERE (under.topic_id IN (SELECT value FROM json_each(?))) AND under.article_id = article_1.id) = json_array_length(?) OR (article_1.provider_id IN (SELECT value FROM json_each(?))) AND (article_1.id IN (SELECT article_text.rowid 
FROM article_text 
WHERE article_text MATCH ?)) IS NOT 1 OR article_1.published_at != ? AND article_1.published_at < ? AND (article_1.published_at = ?) = ? AND (article_1.type IN (SELECT value FROM json_each(?)))) ORDER BY article_1.title, article_1.id DESC
 LIMIT ? + ? OFFSET ?) AS found_2 ORDER BY row_number() OVER (ORDER BY found_2.place, found_2.id DESC)) AS rows_3)) AS answer 
FROM state AS store;
