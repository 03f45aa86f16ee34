SELECT store.revision, json_object('articles', (SELECT json_object('totalCount', store.article_count, 'edges', json_group_array(json_object('cursor', lower(hex('newest|' || rows_3.sort_value || '|' || CAST(rows_3.id AS TEXT))), 'node', json_object('slug', article_4.slug, 'title', article_4.title, 'publishedAt', nullif(article_4.published_at, ?), 'quality', article_4.quality, 'provider', (SELECT json_object('name', provider_6.name, 'domain', provider_6.domain) AS anon_2 
FROM provider AS provider_6 
WHERE provider_6.id = article_4.provider_id), 'topics', (SELECT json_group_array(json_object('name', rows_8.name, 'slug', rows_8.slug)) AS anon_3 
FROM (SELECT topic_7.id AS id, topic_7.name AS name, topic_7.slug AS slug 
FROM article_topic AS assignment JOIN topic AS topic_7 ON assignment.topic_id = topic_7.id 
WHERE assignment.article_id = article_4.id ORDER BY assignment.position, topic_7.id
 LIMIT ? OFFSET ?) AS rows_8), 'images', (SELECT json_group_array(json_object('url', CASE WHEN (substr(rows_10.url, 1, 15) = 'newsgraph-site:') THEN ? || substr(rows_10.url, 16) ELSE rows_10.url END, 'width', rows_10.width, 'height', rows_10.height)) AS anon_4 
FROM (SELECT article_image_9.url AS url, article_image_9.width AS width, article_image_9.height AS height 
FROM article_image AS article_image_9 
WHERE article_image_9.article_id = article_4.id ORDER BY article_image_9.position, article_image_9.article_id
 LIMIT ? OFFSET ?) AS rows_10), 'related', (SELECT json_group_array(json_object('title', rows_12.title, 'webUrl', coalesce(rows_12.web_url, rows_12.original_url, rows_12.generator_url, ? || '/articles/' || rows_12.href), 'quality', rows_12.quality, 'provider', (SELECT json_object('name', provider_13.name, 'domain', provider_13.domain) AS anon_6 
FROM provider AS provider_13 
WHERE provider_13.id = rows_12.provider_id), 'article', (SELECT json_object('slug', article_14.slug) AS anon_7 
FROM article AS article_14 
WHERE article_14.id = rows_12.target_id))) AS anon_5 
FROM (SELECT link_11.id AS id, link_11.title AS title, link_11.web_url AS web_url, link_11.original_url AS original_url, link_11.generator_url AS generator_url, link_11.href AS href, link_11.quality AS quality, link_11.provider_id AS provider_id, link_11.target_id AS target_id 
FROM link AS link_11 
WHERE link_11.article_id = article_4.id ORDER BY link_11.position, link_11.article_id
 LIMIT ? OFFSET ?) AS rows_12), 'relatedBy', (SELECT json_object('edges', json_group_array(json_object('node', json_object('slug', rows_16.slug)))) AS anon_8 
FROM (SELECT article_15.id AS id, article_15.slug AS slug, article_15.date_order AS sort_value 
FROM article AS article_15 
WHERE article_15.id IN (SELECT linking.article_id 
FROM link AS linking 
WHERE linking.target_id = article_4.id) ORDER BY article_15.date_order DESC, article_15.id
 LIMIT ? OFFSET ?) AS rows_16)))) FILTER (WHERE rows_3.number <= ?), 'pageInfo', json_object('hasNextPage', json(CASE (coalesce(max(rows_3.size), ?) > ?) WHEN 1 THEN 'true' WHEN 0 THEN 'false' END), 'endCursor', max(lower(hex('newest|' || rows_3.sort_value || '|' || CAST(rows_3.id AS TEXT)))) FILTER (WHERE rows_3.number = CASE WHEN (rows_3.size < ?) THEN rows_3.size ELSE ? END))) AS anon_1 
FROM (SELECT keys_2.id AS id, keys_2.sort_value AS sort_value, row_number() OVER (ORDER BY keys_2.sort_value DESC, keys_2.id) AS number, count(*) OVER () AS size 
FROM (SELECT article_1.id AS id, article_1.date_order AS sort_value 
FROM article AS article_1 ORDER BY article_1.date_order DESC, article_1.id
 LIMIT ? + ? OFFSET ?) AS keys_2 ORDER BY keys_2.sort_value DESC, keys_2.id
 LIMIT ? + ? OFFSET ?) AS rows_3 CROSS JOIN article AS article_4 ON article_4.id = rows_3.id)) AS answer 
FROM state AS store;
