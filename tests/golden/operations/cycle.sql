WITH node_14 AS NOT MATERIALIZED (
SELECT link_15.id, json_object('title', link_15.title, 'from', (SELECT json_object('slug', article_16.slug) AS anon_1 
FROM article AS article_16 
WHERE article_16.id = link_15.article_id)) AS object 
FROM link AS link_15),
node_7 AS NOT MATERIALIZED (
SELECT topic_8.id, json_object('slug', topic_8.slug, 'articles', (SELECT json_object('totalCount', topic_8.article_count, 'edges', json_group_array(json_object('node', json_object('slug', rows_10.slug, 'related', (SELECT json_group_array((SELECT json(node_14.object) AS anon_3 
FROM node_14 
WHERE node_14.id = rows_13.id)) AS anon_2 
FROM (SELECT link_12.id AS id, link_12.title AS title, link_12.article_id AS article_id 
FROM link AS link_12 
WHERE link_12.article_id = rows_10.id ORDER BY link_12.position, link_12.article_id
 LIMIT ? OFFSET ?) AS rows_13))))) AS anon_1 
FROM (SELECT article_9.id AS id, article_9.slug AS slug, filed.published_at AS place 
FROM article_topic AS filed JOIN article AS article_9 ON filed.article_id = article_9.id 
WHERE filed.topic_id = topic_8.id ORDER BY filed.published_at DESC, filed.article_id
 LIMIT ? OFFSET ?) AS rows_10)) AS object 
FROM topic AS topic_8)
SELECT store.revision, json_object('article', (SELECT json_object('title', article_1.title, 'related', (SELECT json_group_array(json_object('title', rows_3.title, 'quality', rows_3.quality, 'article', (SELECT json_object('slug', article_4.slug, 'quality', article_4.quality, 'topics', (SELECT json_group_array((SELECT json(node_7.object) AS anon_5 
FROM node_7 
WHERE node_7.id = rows_6.id)) AS anon_4 
FROM (SELECT topic_5.id AS id, topic_5.slug AS slug, topic_5.article_count AS article_count 
FROM article_topic AS filed JOIN topic AS topic_5 ON filed.topic_id = topic_5.id 
WHERE filed.article_id = article_4.id ORDER BY filed.position, topic_5.id
 LIMIT ? OFFSET ?) AS rows_6)) AS anon_3 
FROM article AS article_4 
WHERE article_4.id = rows_3.target_id))) AS anon_2 
FROM (SELECT link_2.id AS id, link_2.title AS title, link_2.quality AS quality, link_2.target_id AS target_id 
FROM link AS link_2 
WHERE link_2.article_id = article_1.id ORDER BY link_2.position, link_2.article_id
 LIMIT ? OFFSET ?) AS rows_3)) AS anon_1 
FROM article AS article_1 
WHERE article_1.slug = ?)) AS answer 
FROM state AS store;
