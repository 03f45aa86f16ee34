WITH node_5 AS NOT MATERIALIZED (
SELECT article_8.id, json_object('__typename', 'Article', 'slug', article_8.slug, 'related', (SELECT json_group_array(json_object('title', rows_10.title)) AS anon_1 
FROM (SELECT link_9.id AS id, link_9.title AS title 
FROM link AS link_9 
WHERE link_9.article_id = article_8.id ORDER BY link_9.position, link_9.article_id
 LIMIT ? OFFSET ?) AS rows_10)) AS object 
FROM article AS article_8)
SELECT store.revision, json_object('changes', (SELECT json_object('hasMore', json(CASE (coalesce(max(rows_3.size), ?) > ?) WHEN 1 THEN 'true' WHEN 0 THEN 'false' END), 'changes', json('[' || coalesce(group_concat(coalesce(json_object('nodeId', rows_3.node_id, 'removed', json(CASE (rows_3.removed) WHEN 1 THEN 'true' WHEN 0 THEN 'false' END), 'revision', rows_3.revision, 'node', json(CASE WHEN rows_3.removed = 0 THEN json(CASE WHEN (rows_3.entity = 'Article') THEN (SELECT (SELECT json(node_5.object) AS anon_3 
FROM node_5 
WHERE node_5.id = article_4.id) AS anon_2 
FROM article AS article_4 
WHERE rows_3.entity_id = article_4.id) WHEN (rows_3.entity = 'Provider') THEN (SELECT json_object('__typename', 'Provider', 'domain', provider_6.domain) AS anon_4 
FROM provider AS provider_6 
WHERE rows_3.entity_id = provider_6.id) WHEN (rows_3.entity = 'Topic') THEN (SELECT json_object('__typename', 'Topic', 'name', topic_7.name) AS anon_5 
FROM topic AS topic_7 
WHERE rows_3.entity_id = topic_7.id) END) END)), 'null')) FILTER (WHERE rows_3.number <= ?), '') || ']')) AS anon_1 
FROM (SELECT found_2.revision AS revision, found_2.position AS position, found_2.entity AS entity, found_2.entity_id AS entity_id, found_2.node_id AS node_id, found_2.removed AS removed, row_number() OVER (ORDER BY found_2.revision, found_2.position) AS number, count(*) OVER () AS size 
FROM (SELECT change_1.revision AS revision, change_1.position AS position, change_1.entity AS entity, change_1.entity_id AS entity_id, change_1.node_id AS node_id, change_1.deleted AS removed 
FROM change AS change_1 
WHERE change_1.deleted = 0 ORDER BY change_1.revision, change_1.position
 LIMIT ? + ? OFFSET ?) AS found_2 ORDER BY row_number() OVER (ORDER BY found_2.revision, found_2.position)) AS rows_3)) AS answer 
FROM state AS store;
