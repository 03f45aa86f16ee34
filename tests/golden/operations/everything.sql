SELECT store.revision, json_object('article', (SELECT json(('{"id":' || coalesce(json_quote(article_1.node_id), 'null') || ',"slug":' || coalesce(json_quote(article_1.slug), 'null') || ',"title":' || coalesce(json_quote(article_1.title), 'null') || ',"excerpt":' || coalesce(json_quote(article_1.excerpt), 'null')) || (',"publishedAt":' || coalesce(json_quote(nullif(article_1.published_at, ?)), 'null') || ',"updatedAt":' || coalesce(json_quote(article_1.updated_at), 'null') || ',"webUrl":' || coalesce(json_quote(coalesce(article_1.web_url, article_1.original_url, ? || '/articles/' || article_1.href)), 'null') || ',"originalUrl":' || coalesce(json_quote(article_1.original_url), 'null')) || (',"ampUrl":' || coalesce(json_quote(article_1.amp_url), 'null') || ',"cdnAmpUrl":' || coalesce(json_quote(article_1.cdn_amp_url), 'null') || ',"type":' || coalesce(json_quote(article_1.type), 'null') || ',"category":' || coalesce(json_quote(article_1.category), 'null')) || (',"quality":' || coalesce(json_quote(article_1.quality), 'null') || ',"heat":' || coalesce(json_quote(article_1.heat), 'null') || ',"published":' || coalesce(json(CASE (article_1.published) WHEN 1 THEN 'true' WHEN 0 THEN 'false' END), 'null') || ',"provider":' || coalesce((SELECT json_object('id', provider_2.node_id, 'name', provider_2.name, 'domain', provider_2.domain, 'description', provider_2.description, 'articleCount', provider_2.article_count, 'images', (SELECT json_group_array(json_object('url', rows_4.url, 'width', rows_4.width, 'height', rows_4.height, 'isCached', json(CASE (rows_4.is_cached) WHEN 1 THEN 'true' WHEN 0 THEN 'false' END), 'title', rows_4.title, 'attribution', rows_4.attribution)) AS anon_3 
FROM (SELECT provider_image_3.url AS url, provider_image_3.width AS width, provider_image_3.height AS height, provider_image_3.is_cached AS is_cached, provider_image_3.title AS title, provider_image_3.attribution AS attribution 
FROM provider_image AS provider_image_3 
WHERE provider_image_3.provider_id = provider_2.id ORDER BY provider_image_3.position, provider_image_3.provider_id
 LIMIT ? OFFSET ?) AS rows_4), 'feeds', (SELECT json_object('json', ? || '/feeds/providers/' || provider_5.href || '.json', 'rss', ? || '/feeds/providers/' || provider_5.href || '.rss', 'atom', ? || '/feeds/providers/' || provider_5.href || '.atom') AS anon_4 
FROM provider AS provider_5 
WHERE provider_5.id = provider_2.id)) AS anon_2 
FROM provider AS provider_2 
WHERE provider_2.id = article_1.provider_id), 'null')) || (',"topics":' || coalesce((SELECT json_group_array(json_object('id', rows_7.node_id, 'name', rows_7.name, 'slug', rows_7.slug, 'shortname', rows_7.shortname, 'description', rows_7.description, 'keywords', json(rows_7.keywords), 'parent', (SELECT json_object('slug', topic_8.slug) AS anon_6 
FROM topic AS topic_8 
WHERE topic_8.id = rows_7.parent_id), 'children', (SELECT json_group_array(json_object('slug', rows_10.slug)) AS anon_7 
FROM (SELECT topic_9.id AS id, topic_9.slug AS slug 
FROM topic AS topic_9 
WHERE topic_9.parent_id = rows_7.id ORDER BY topic_9.name, topic_9.id
 LIMIT ? OFFSET ?) AS rows_10))) AS anon_5 
FROM (SELECT topic_6.id AS id, topic_6.node_id AS node_id, topic_6.name AS name, topic_6.slug AS slug, topic_6.shortname AS shortname, topic_6.description AS description, topic_6.keywords AS keywords, topic_6.parent_id AS parent_id 
FROM article_topic AS filed JOIN topic AS topic_6 ON filed.topic_id = topic_6.id 
WHERE filed.article_id = article_1.id ORDER BY filed.position, topic_6.id
 LIMIT ? OFFSET ?) AS rows_7), 'null') || ',"images":' || coalesce((SELECT json_group_array(json_object('url', rows_12.url, 'width', rows_12.width, 'height', rows_12.height, 'isCached', json(CASE (rows_12.is_cached) WHEN 1 THEN 'true' WHEN 0 THEN 'false' END), 'title', rows_12.title, 'attribution', rows_12.attribution)) AS anon_8 
FROM (SELECT article_image_11.url AS url, article_image_11.width AS width, article_image_11.height AS height, article_image_11.is_cached AS is_cached, article_image_11.title AS title, article_image_11.attribution AS attribution 
FROM article_image AS article_image_11 
WHERE article_image_11.article_id = article_1.id ORDER BY article_image_11.position, article_image_11.article_id
 LIMIT ? OFFSET ?) AS rows_12), 'null') || ',"authors":' || coalesce((SELECT json_group_array(json_object('name', rows_14.name, 'url', rows_14.url)) AS anon_9 
FROM (SELECT article_author_13.name AS name, article_author_13.url AS url 
FROM article_author AS article_author_13 
WHERE article_author_13.article_id = article_1.id ORDER BY article_author_13.position, article_author_13.article_id
 LIMIT ? OFFSET ?) AS rows_14), 'null') || ',"related":' || coalesce((SELECT json_group_array(json_object('id', rows_16.node_id, 'position', rows_16.position, 'title', rows_16.title, 'excerpt', rows_16.excerpt, 'publishedAt', nullif(rows_16.published_at, ?), 'webUrl', coalesce(rows_16.web_url, rows_16.original_url), 'originalUrl', rows_16.original_url, 'ampUrl', rows_16.amp_url, 'cdnAmpUrl', rows_16.cdn_amp_url, 'type', rows_16.type, 'quality', rows_16.quality, 'images', (SELECT json_group_array(json_object('url', rows_18.url, 'width', rows_18.width, 'height', rows_18.height, 'isCached', json(CASE (rows_18.is_cached) WHEN 1 THEN 'true' WHEN 0 THEN 'false' END))) AS anon_11 
FROM (SELECT link_image_17.url AS url, link_image_17.width AS width, link_image_17.height AS height, link_image_17.is_cached AS is_cached 
FROM link_image AS link_image_17 
WHERE link_image_17.link_id = rows_16.id ORDER BY link_image_17.position, link_image_17.link_id
 LIMIT ? OFFSET ?) AS rows_18))) AS anon_10 
FROM (SELECT link_15.id AS id, link_15.node_id AS node_id, link_15.position AS position, link_15.title AS title, link_15.excerpt AS excerpt, link_15.published_at AS published_at, link_15.web_url AS web_url, link_15.original_url AS original_url, link_15.amp_url AS amp_url, link_15.cdn_amp_url AS cdn_amp_url, link_15.type AS type, link_15.quality AS quality 
FROM link AS link_15 
WHERE link_15.article_id = article_1.id ORDER BY link_15.position, link_15.article_id
 LIMIT ? OFFSET ?) AS rows_16), 'null')) || (',"relatedBy":' || coalesce(json_object('totalCount', (SELECT count(*) AS count_1 
FROM article AS article_19 
WHERE article_19.id IN (SELECT linking.article_id 
FROM link AS linking 
WHERE linking.target_id = article_1.id))), 'null') || ',"body":' || coalesce(json_quote(article_1.body), 'null') || ',"bodyHtml":' || coalesce(json_quote(article_1.body_html), 'null') || ',"frontMatter":' || coalesce(json((SELECT document.front_matter 
FROM document 
WHERE document.id = article_1.id)), 'null')) || (',"source":' || coalesce((SELECT json_object('path', document_20.path, 'sha256', document_20.sha256, 'importedAt', document_20.imported_at, 'revision', document_20.revision) AS anon_12 
FROM document AS document_20 
WHERE document_20.id = article_1.id), 'null') || '}')) AS anon_1 
FROM article AS article_1 
WHERE article_1.id = coalesce((SELECT place.article_id 
FROM article_url AS place 
WHERE place.url = ? ORDER BY place.published_at DESC, place.article_id
 LIMIT ? OFFSET ?), (SELECT page.id 
FROM article AS page 
WHERE page.href = ?)))) AS answer 
FROM state AS store;
