SELECT store.revision, json_object('articles', (SELECT json_object('totalCount', store.article_count, 'edges', json_group_array(json_object('cursor', lower(hex('newest|' || rows_3.place || '|' || CAST(rows_3.id AS TEXT))), 'node', json_object('slug', rows_3.slug, 'title', rows_3.title, 'publishedAt', nullif(rows_3.published_at, ?), 'quality', rows_3.quality, 'provider', (SELECT json_object('name', provider_5.name, 'domain', provider_5.domain) AS anon_2 
FROM provider AS provider_5 
WHERE provider_5.id = rows_3.provider_id), 'topics', (SELECT json_group_array(json_object('name', rows_7.name, 'slug', rows_7.slug)) AS anon_3 
FROM (SELECT topic_6.id AS id, topic_6.name AS name, topic_6.slug AS slug 
FROM article_topic AS filed JOIN topic AS topic_6 ON filed.topic_id = topic_6.id 
WHERE filed.article_id = rows_3.id ORDER BY filed.position, topic_6.id
 LIMIT ? OFFSET ?) AS rows_7), 'images', (SELECT json_group_array(json_object('url', rows_9.url, 'width', rows_9.width, 'height', rows_9.height)) AS anon_4 
FROM (SELECT article_image_8.url AS url, article_image_8.width AS width, article_image_8.height AS height 
FROM article_image AS article_image_8 
WHERE article_image_8.article_id = rows_3.id ORDER BY article_image_8.position, article_image_8.article_id
 LIMIT ? OFFSET ?) AS rows_9), 'related', (SELECT json_group_array(json_object('title', rows_11.title, 'webUrl', coalesce(rows_11.web_url, rows_11.original_url), 'quality', rows_11.quality, 'provider', (SELECT json_object('name', provider_12.name, 'domain', provider_12.domain) AS anon_6 
FROM provider AS provider_12 
WHERE provider_12.id = rows_11.provider_id), 'article', (SELECT json_object('slug', article_13.slug) AS anon_7 
FROM article AS article_13 
WHERE article_13.id = rows_11.target_id))) AS anon_5 
FROM (SELECT link_10.id AS id, link_10.title AS title, link_10.web_url AS web_url, link_10.original_url AS original_url, link_10.quality AS quality, link_10.provider_id AS provider_id, link_10.target_id AS target_id 
FROM link AS link_10 
WHERE link_10.article_id = rows_3.id ORDER BY link_10.position, link_10.article_id
 LIMIT ? OFFSET ?) AS rows_11), 'relatedBy', (SELECT json_object('edges', json_group_array(json_object('node', json_object('slug', rows_15.slug)))) AS anon_8 
FROM (SELECT article_14.id AS id, article_14.slug AS slug, article_14.published_at AS place 
FROM article AS article_14 
WHERE article_14.id IN (SELECT linking.article_id 
FROM link AS linking 
WHERE linking.target_id = rows_3.id) ORDER BY article_14.published_at DESC, article_14.id
 LIMIT ? OFFSET ?) AS rows_15)))) FILTER (WHERE rows_3.number <= ?), 'pageInfo', json_object('hasNextPage', json(CASE (coalesce(max(rows_3.size), ?) > ?) WHEN 1 THEN 'true' WHEN 0 THEN 'false' END), 'endCursor', max(lower(hex('newest|' || rows_3.place || '|' || CAST(rows_3.id AS TEXT)))) FILTER (WHERE rows_3.number = CASE WHEN (rows_3.size < ?) THEN rows_3.size ELSE ? END))) AS anon_1 
FROM (SELECT found_2.id AS id, found_2.slug AS slug, found_2.title AS title, found_2.published_at AS published_at, found_2.quality AS quality, found_2.provider_id AS provider_id, found_2.place AS place, row_number() OVER (ORDER BY found_2.place DESC, found_2.id) AS number, count(*) OVER () AS size 
FROM (SELECT article_1.id AS id, article_1.slug AS slug, article_1.title AS title, article_1.published_at AS published_at, article_1.quality AS quality, article_1.provider_id AS provider_id, article_1.published_at AS place 
FROM article AS article_1 ORDER BY article_1.published_at DESC, article_1.id
 LIMIT ? + ? OFFSET ?) AS found_2 ORDER BY row_number() OVER (ORDER BY found_2.place DESC, found_2.id)) AS rows_3)) AS answer 
FROM state AS store;
