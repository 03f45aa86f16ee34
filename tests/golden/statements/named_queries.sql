WITH node_13 AS NOT MATERIALIZED (
SELECT article_14.id, json_object('id', article_14.node_id, 'provider', (SELECT json_object('id', provider_15.node_id, 'articles', (SELECT json_object('edges', json_group_array(json_object('node', json_object('id', rows_17.node_id, 'relatedBy', (SELECT json_object('edges', json_group_array(json_object('node', json_object('id', rows_19.node_id), 'cursor', lower(hex('newest|' || rows_19.place || '|' || CAST(rows_19.id AS TEXT)))))) AS anon_3 
FROM (SELECT article_18.id AS id, article_18.node_id AS node_id, article_18.published_at AS place 
FROM article AS article_18 
WHERE article_18.id IN (SELECT linking.article_id 
FROM link AS linking 
WHERE linking.target_id = rows_17.id) ORDER BY article_18.published_at DESC, article_18.id
 LIMIT ? OFFSET ?) AS rows_19)), 'cursor', lower(hex('newest|' || rows_17.place || '|' || CAST(rows_17.id AS TEXT)))))) AS anon_2 
FROM (SELECT article_16.id AS id, article_16.node_id AS node_id, article_16.published_at AS place 
FROM article AS article_16 
WHERE article_16.provider_id = provider_15.id ORDER BY article_16.published_at DESC, article_16.id
 LIMIT ? OFFSET ?) AS rows_17)) AS anon_1 
FROM provider AS provider_15 
WHERE provider_15.id = article_14.provider_id)) AS object 
FROM article AS article_14),
node_6 AS NOT MATERIALIZED (
SELECT link_7.id, json_object('id', link_7.node_id, 'article', (SELECT json_object('id', article_8.node_id, 'topics', (SELECT json_group_array(json_object('id', rows_10.node_id, 'articles', (SELECT json_object('edges', json_group_array(json_object('node', (SELECT json(node_13.object) AS anon_4 
FROM node_13 
WHERE node_13.id = rows_12.id), 'cursor', lower(hex('newest|' || rows_12.place || '|' || CAST(rows_12.id AS TEXT)))))) AS anon_3 
FROM (SELECT article_11.id AS id, article_11.node_id AS node_id, article_11.provider_id AS provider_id, filed.published_at AS place 
FROM article_topic AS filed JOIN article AS article_11 ON filed.article_id = article_11.id 
WHERE filed.topic_id = rows_10.id ORDER BY filed.published_at DESC, filed.article_id
 LIMIT ? OFFSET ?) AS rows_12))) AS anon_2 
FROM (SELECT topic_9.id AS id, topic_9.node_id AS node_id, topic_9.article_count AS article_count 
FROM article_topic AS filed JOIN topic AS topic_9 ON filed.topic_id = topic_9.id 
WHERE filed.article_id = article_8.id ORDER BY filed.position, topic_9.id
 LIMIT ? OFFSET ?) AS rows_10)) AS anon_1 
FROM article AS article_8 
WHERE article_8.id = link_7.target_id)) AS object 
FROM link AS link_7)
SELECT store.revision, json_object('article', (SELECT json_object('id', article_1.node_id, 'relatedBy', (SELECT json_object('edges', json_group_array(json_object('node', json_object('id', rows_3.node_id, 'related', (SELECT json_group_array((SELECT json(node_6.object) AS anon_4 
FROM node_6 
WHERE node_6.id = rows_5.id)) AS anon_3 
FROM (SELECT link_4.id AS id, link_4.node_id AS node_id, link_4.target_id AS target_id 
FROM link AS link_4 
WHERE link_4.article_id = rows_3.id ORDER BY link_4.position, link_4.article_id
 LIMIT ? OFFSET ?) AS rows_5)), 'cursor', lower(hex('newest|' || rows_3.place || '|' || CAST(rows_3.id AS TEXT)))))) AS anon_2 
FROM (SELECT article_2.id AS id, article_2.node_id AS node_id, article_2.published_at AS place 
FROM article AS article_2 
WHERE article_2.id IN (SELECT linking.article_id 
FROM link AS linking 
WHERE linking.target_id = article_1.id) ORDER BY article_2.published_at DESC, article_2.id
 LIMIT ? OFFSET ?) AS rows_3)) AS anon_1 
FROM article AS article_1 
WHERE article_1.slug = ?)) AS answer 
FROM state AS store
