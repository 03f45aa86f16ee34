SELECT store.revision, json_object('topic', (SELECT json_object('articles', (SELECT json_object('totalCount', (SELECT count(*) AS count_1 
FROM article_topic AS assignment JOIN article AS article_4 ON assignment.article_id = article_4.id 
WHERE assignment.topic_id = topic_1.id AND article_4.quality >= ?), 'edges', json_group_array(json_object('node', json_object('slug', rows_3.slug, 'quality', rows_3.quality)))) AS anon_2 
FROM (SELECT article_2.id AS id, article_2.slug AS slug, article_2.quality AS quality, assignment.date_order AS sort_value 
FROM article_topic AS assignment JOIN article AS article_2 ON assignment.article_id = article_2.id 
WHERE assignment.topic_id = topic_1.id AND article_2.quality >= ? ORDER BY assignment.date_order DESC, assignment.article_id
 LIMIT ? OFFSET ?) AS rows_3)) AS anon_1 
FROM topic AS topic_1 
WHERE topic_1.id = coalesce((SELECT current_topic.id 
FROM topic AS current_topic 
WHERE current_topic.slug = ?), (SELECT former_slug.topic_id 
FROM topic_alias AS former_slug 
WHERE former_slug.slug = ?)))) AS answer 
FROM state AS store;

WITH fits_0 AS NOT MATERIALIZED (
SELECT article_2.id 
FROM article AS article_2 
WHERE (article_2.id IN (SELECT matching.id 
FROM (SELECT json_extract(hit.value, '$[0]') AS id, json_extract(hit.value, '$[1]') AS rank 
FROM json_each(newsgraph_search_part_numbers(?, '')) AS part CROSS JOIN json_each(newsgraph_search_part(?, '', part.value)) AS hit ON 1) AS matching)) IS NOT 1 AND (article_2.provider_id IN (SELECT value FROM json_each(?))) OR article_2.date_order >= '0001' AND article_2.date_order < ? AND (article_2.date_order < '0001') = ? AND (article_2.type IN (SELECT value FROM json_each(?))) OR (SELECT count(*) AS count_1 
FROM article_topic AS filter_assignment 
WHERE (filter_assignment.topic_id IN (SELECT value FROM json_each(?))) AND filter_assignment.article_id = article_2.id) = json_array_length(?))
SELECT store.revision, json_object('articles', (SELECT json_object('totalCount', newsgraph_search_count('', ?), 'pageInfo', json_object('hasNextPage', json(CASE (coalesce(max(rows_4.size), ?) > ?) WHEN 1 THEN 'true' WHEN 0 THEN 'false' END), 'hasPreviousPage', json(CASE (0) WHEN 1 THEN 'true' WHEN 0 THEN 'false' END), 'startCursor', max(lower(hex('title-asc|' || rows_4.sort_value || '|' || CAST(rows_4.id AS TEXT)))) FILTER (WHERE rows_4.number = CASE WHEN (? > ?) THEN ? END), 'endCursor', max(lower(hex('title-asc|' || rows_4.sort_value || '|' || CAST(rows_4.id AS TEXT)))) FILTER (WHERE rows_4.number = CASE WHEN (rows_4.size < ?) THEN rows_4.size ELSE ? END)), 'edges', json_group_array(json_object('cursor', lower(hex('title-asc|' || rows_4.sort_value || '|' || CAST(rows_4.id AS TEXT))), 'node', json_object('title', article_5.title))) FILTER (WHERE rows_4.number <= ?)) AS anon_1 
FROM (SELECT keys_3.id AS id, keys_3.sort_value AS sort_value, row_number() OVER (ORDER BY keys_3.sort_value, keys_3.id DESC) AS number, count(*) OVER () AS size 
FROM (SELECT article_1.id AS id, article_1.title AS sort_value 
FROM article AS article_1 
WHERE (EXISTS (SELECT filter_image.article_id 
FROM article_image AS filter_image 
WHERE filter_image.article_id = article_1.id)) = ? AND (EXISTS (SELECT fits_0.id 
FROM fits_0 
WHERE fits_0.id = article_1.id)) ORDER BY article_1.title, article_1.id DESC
 LIMIT ? + ? OFFSET ?) AS keys_3 ORDER BY keys_3.sort_value, keys_3.id DESC
 LIMIT ? + ? OFFSET ?) AS rows_4 CROSS JOIN article AS article_5 ON article_5.id = rows_4.id)) AS answer 
FROM state AS store;
