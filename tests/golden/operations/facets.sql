WITH matches_2 AS MATERIALIZED (
SELECT article_1.id, article_1.provider_id, article_1.type, article_1.date_order 
FROM article AS article_1 
WHERE article_1.quality > ?),
node_5 AS NOT MATERIALIZED (
SELECT topic_12.id, json_object('slug', topic_12.slug, 'parent', (SELECT json_object('slug', topic_13.slug) AS anon_1 
FROM topic AS topic_13 
WHERE topic_13.id = topic_12.parent_id)) AS object 
FROM topic AS topic_12)
SELECT store.revision, json_object('articles', json_object('facets', json_object('__typename', 'ArticleFacets', 'topics', (SELECT json_group_array(json_object('count', groups_3.count, 'topic', (SELECT (SELECT json(node_5.object) AS anon_3 
FROM node_5 
WHERE node_5.id = topic_4.id) AS anon_2 
FROM topic AS topic_4 
WHERE groups_3.value = topic_4.id))) AS anon_1 
FROM (SELECT counted_topic_counts.value AS value, counted_topic_counts.count AS count 
FROM (SELECT counted_assignment.topic_id AS value, count(*) AS count 
FROM matches_2 JOIN article_topic AS counted_assignment ON counted_assignment.article_id = matches_2.id 
WHERE counted_assignment.topic_id IS NOT NULL GROUP BY counted_assignment.topic_id) AS counted_topic_counts JOIN topic AS counted_topic ON counted_topic.id = counted_topic_counts.value ORDER BY counted_topic_counts.count DESC, counted_topic.slug
 LIMIT 2 OFFSET ?) AS groups_3), 'providers', (SELECT json_group_array(json_object('count', groups_6.count, 'provider', (SELECT json_object('domain', provider_7.domain) AS anon_5 
FROM provider AS provider_7 
WHERE provider_7.id = groups_6.value))) AS anon_4 
FROM (SELECT counted_provider_counts.value AS value, counted_provider_counts.count AS count 
FROM (SELECT matches_2.provider_id AS value, count(*) AS count 
FROM matches_2 
WHERE matches_2.provider_id IS NOT NULL GROUP BY matches_2.provider_id) AS counted_provider_counts JOIN provider AS counted_provider ON counted_provider.id = counted_provider_counts.value ORDER BY counted_provider_counts.count DESC, counted_provider.domain
 LIMIT 10 OFFSET ?) AS groups_6), 'types', (SELECT json_group_array(json_object('type', groups_8.value, 'count', groups_8.count, '__typename', 'TypeFacet')) AS anon_6 
FROM (SELECT matches_2.type AS value, count(*) AS count 
FROM matches_2 
WHERE matches_2.type IS NOT NULL GROUP BY matches_2.type ORDER BY count DESC, matches_2.type
 LIMIT 10 OFFSET ?) AS groups_8), 'days', (SELECT json_group_array(json_object('from', groups_9.value, 'count', groups_9.count)) AS anon_7 
FROM (SELECT CASE WHEN (matches_2.date_order >= '0001') THEN substr(matches_2.date_order, ?, 10) || 'T00:00:00Z' END AS value, count(*) AS count 
FROM matches_2 
WHERE CASE WHEN (matches_2.date_order >= '0001') THEN substr(matches_2.date_order, ?, 10) || 'T00:00:00Z' END IS NOT NULL GROUP BY CASE WHEN (matches_2.date_order >= '0001') THEN substr(matches_2.date_order, ?, 10) || 'T00:00:00Z' END ORDER BY CASE WHEN (matches_2.date_order >= '0001') THEN substr(matches_2.date_order, ?, 10) || 'T00:00:00Z' END DESC
 LIMIT 100 OFFSET ?) AS groups_9), 'publishedAt', (SELECT json_group_array(json_object('from', groups_10.value, 'count', groups_10.count)) AS anon_8 
FROM (SELECT CASE WHEN (matches_2.date_order >= '0001') THEN substr(matches_2.date_order, ?, 7) || '-01T00:00:00Z' END AS value, count(*) AS count 
FROM matches_2 
WHERE CASE WHEN (matches_2.date_order >= '0001') THEN substr(matches_2.date_order, ?, 7) || '-01T00:00:00Z' END IS NOT NULL GROUP BY CASE WHEN (matches_2.date_order >= '0001') THEN substr(matches_2.date_order, ?, 7) || '-01T00:00:00Z' END ORDER BY CASE WHEN (matches_2.date_order >= '0001') THEN substr(matches_2.date_order, ?, 7) || '-01T00:00:00Z' END DESC
 LIMIT 100 OFFSET ?) AS groups_10), 'years', (SELECT json_group_array(json_object('from', groups_11.value, 'count', groups_11.count)) AS anon_9 
FROM (SELECT CASE WHEN (matches_2.date_order >= '0001') THEN substr(matches_2.date_order, ?, 4) || '-01-01T00:00:00Z' END AS value, count(*) AS count 
FROM matches_2 
WHERE CASE WHEN (matches_2.date_order >= '0001') THEN substr(matches_2.date_order, ?, 4) || '-01-01T00:00:00Z' END IS NOT NULL GROUP BY CASE WHEN (matches_2.date_order >= '0001') THEN substr(matches_2.date_order, ?, 4) || '-01-01T00:00:00Z' END ORDER BY CASE WHEN (matches_2.date_order >= '0001') THEN substr(matches_2.date_order, ?, 4) || '-01-01T00:00:00Z' END DESC
 LIMIT 1 OFFSET ?) AS groups_11)))) AS answer 
FROM state AS store;

SELECT store.revision, json_object('topic', (SELECT json_object('articles', (SELECT json_object('edges', json_group_array(json_object('node', json_object('slug', rows_3.slug))), 'totalCount', topic_1.article_count, 'facets', json_object('providers', (SELECT json_group_array(json_object('provider', (SELECT json_object('name', provider_8.name, 'articleCount', provider_8.article_count) AS anon_4 
FROM provider AS provider_8 
WHERE provider_8.id = groups_7.value), 'count', groups_7.count)) AS anon_3 
FROM (SELECT counted_provider_counts.value AS value, counted_provider_counts.count AS count 
FROM (SELECT counted_6.provider_id AS value, count(*) AS count 
FROM (SELECT article_5.provider_id AS provider_id 
FROM article_topic AS assignment JOIN article AS article_5 ON assignment.article_id = article_5.id 
WHERE assignment.topic_id = topic_1.id) AS counted_6 
WHERE counted_6.provider_id IS NOT NULL GROUP BY counted_6.provider_id) AS counted_provider_counts JOIN provider AS counted_provider ON counted_provider.id = counted_provider_counts.value ORDER BY counted_provider_counts.count DESC, counted_provider.domain
 LIMIT 1 OFFSET ?) AS groups_7))) AS anon_2 
FROM (SELECT article_2.id AS id, article_2.slug AS slug, assignment.date_order AS sort_value 
FROM article_topic AS assignment JOIN article AS article_2 ON assignment.article_id = article_2.id 
WHERE assignment.topic_id = topic_1.id ORDER BY assignment.date_order DESC, assignment.article_id
 LIMIT ? OFFSET ?) AS rows_3)) AS anon_1 
FROM topic AS topic_1 
WHERE topic_1.id = coalesce((SELECT current_topic.id 
FROM topic AS current_topic 
WHERE current_topic.slug = ?), (SELECT former_slug.topic_id 
FROM topic_alias AS former_slug 
WHERE former_slug.slug = ?)))) AS answer 
FROM state AS store;
