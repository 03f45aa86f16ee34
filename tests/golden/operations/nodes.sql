WITH node_3 AS NOT MATERIALIZED (
SELECT article_7.id, json_object('__typename', 'Article', 'id', article_7.node_id, 'title', article_7.title, 'topics', (SELECT json_group_array(json_object('slug', rows_9.slug)) AS anon_1 
FROM (SELECT topic_8.id AS id, topic_8.slug AS slug 
FROM article_topic AS filed JOIN topic AS topic_8 ON filed.topic_id = topic_8.id 
WHERE filed.article_id = article_7.id ORDER BY filed.position, topic_8.id
 LIMIT ? OFFSET ?) AS rows_9)) AS object 
FROM article AS article_7)
SELECT store.revision, json_object('nodes', (SELECT json('[' || coalesce(group_concat(coalesce(json(CASE WHEN (wanted_1.entity = 'Article') THEN (SELECT (SELECT json(node_3.object) AS anon_3 
FROM node_3 
WHERE node_3.id = article_2.id) AS anon_2 
FROM article AS article_2 
WHERE article_2.id = wanted_1.entity_id) WHEN (wanted_1.entity = 'Provider') THEN (SELECT json_object('__typename', 'Provider', 'id', provider_4.node_id) AS anon_4 
FROM provider AS provider_4 
WHERE provider_4.id = wanted_1.entity_id) WHEN (wanted_1.entity = 'Topic') THEN (SELECT json_object('__typename', 'Topic', 'id', topic_5.node_id, 'name', topic_5.name) AS anon_5 
FROM topic AS topic_5 
WHERE topic_5.id = wanted_1.entity_id) WHEN (wanted_1.entity = 'RelatedLink') THEN (SELECT json_object('__typename', 'RelatedLink', 'id', link_6.node_id, 'title', link_6.title) AS anon_6 
FROM link AS link_6 
WHERE link_6.id = wanted_1.entity_id) END), 'null')), '') || ']') AS anon_1 
FROM (SELECT pair."key" AS position, json_extract(pair.value, '$[0]') AS entity, json_extract(pair.value, '$[1]') AS entity_id 
FROM json_each(?) AS pair ORDER BY position
 LIMIT ? OFFSET ?) AS wanted_1)) AS answer 
FROM state AS store;
