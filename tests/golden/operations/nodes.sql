SELECT store.revision, json_object('nodes', (SELECT json('[' || coalesce(group_concat(coalesce(json(CASE WHEN (wanted_1.entity = 'Article') THEN (SELECT json_object('@type', 'Article', '__typename', 'Article', 'id', article_2.node_id, 'title', article_2.title, 'topics', (SELECT json_group_array(json_object('slug', rows_4.slug)) AS anon_3 
FROM (SELECT topic_3.id AS id, topic_3.slug AS slug 
FROM article_topic AS filed JOIN topic AS topic_3 ON filed.topic_id = topic_3.id 
WHERE filed.article_id = article_2.id ORDER BY filed.position, topic_3.id
 LIMIT ? OFFSET ?) AS rows_4)) AS anon_2 
FROM article AS article_2 
WHERE article_2.id = wanted_1.entity_id) WHEN (wanted_1.entity = 'Provider') THEN (SELECT json_object('@type', 'Provider', '__typename', 'Provider', 'id', provider_5.node_id) AS anon_4 
FROM provider AS provider_5 
WHERE provider_5.id = wanted_1.entity_id) WHEN (wanted_1.entity = 'Topic') THEN (SELECT json_object('@type', 'Topic', '__typename', 'Topic', 'id', topic_6.node_id, 'name', topic_6.name) AS anon_5 
FROM topic AS topic_6 
WHERE topic_6.id = wanted_1.entity_id) WHEN (wanted_1.entity = 'RelatedLink') THEN (SELECT json_object('@type', 'RelatedLink', '__typename', 'RelatedLink', 'id', link_7.node_id, 'title', link_7.title) AS anon_6 
FROM link AS link_7 
WHERE link_7.id = wanted_1.entity_id) END), 'null')), '') || ']') AS anon_1 
FROM (SELECT pair."key" AS position, json_extract(pair.value, '$[0]') AS entity, json_extract(pair.value, '$[1]') AS entity_id 
FROM json_each(?) AS pair ORDER BY position
 LIMIT ? OFFSET ?) AS wanted_1)) AS answer 
FROM state AS store;
