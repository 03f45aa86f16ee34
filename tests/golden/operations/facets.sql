WITH node_3 AS NOT MATERIALIZED (
SELECT topic_10.id, json_object('slug', topic_10.slug, 'parent', (SELECT json_object('slug', topic_11.slug) AS anon_1 
FROM topic AS topic_11 
WHERE topic_11.id = topic_10.parent_id)) AS object 
FROM topic AS topic_10)
SELECT store.revision, json_object('articles', json_object('facets', json_object('__typename', 'ArticleFacets', 'topics', (SELECT json_group_array(json_object('count', groups_1.count, 'topic', (SELECT (SELECT json(node_3.object) AS anon_3 
FROM node_3 
WHERE node_3.id = topic_2.id) AS anon_2 
FROM topic AS topic_2 
WHERE topic_2.id = groups_1.value))) AS anon_1 
FROM (SELECT topic_counts.value AS value, topic_counts.count AS count 
FROM (SELECT json_extract(counted.value, '$[0]') AS value, json_extract(counted.value, '$[1]') AS count 
FROM json_each(newsgraph_search_facet('', ?, 'topics', 2)) AS counted) AS topic_counts CROSS JOIN topic AS counted_topic ON counted_topic.id = topic_counts.value ORDER BY topic_counts.count DESC, counted_topic.slug
 LIMIT 2 OFFSET ?) AS groups_1), 'providers', (SELECT json_group_array(json_object('count', groups_4.count, 'provider', (SELECT json_object('domain', provider_5.domain) AS anon_5 
FROM provider AS provider_5 
WHERE provider_5.id = groups_4.value))) AS anon_4 
FROM (SELECT provider_counts.value AS value, provider_counts.count AS count 
FROM (SELECT json_extract(counted.value, '$[0]') AS value, json_extract(counted.value, '$[1]') AS count 
FROM json_each(newsgraph_search_facet('', ?, 'providers', 10)) AS counted) AS provider_counts CROSS JOIN provider AS counted_provider ON counted_provider.id = provider_counts.value ORDER BY provider_counts.count DESC, counted_provider.domain
 LIMIT 10 OFFSET ?) AS groups_4), 'types', (SELECT json_group_array(json_object('type', groups_6.value, 'count', groups_6.count, '__typename', 'TypeFacet')) AS anon_6 
FROM (SELECT value_counts.value AS value, value_counts.count AS count 
FROM (SELECT json_extract(counted.value, '$[0]') AS value, json_extract(counted.value, '$[1]') AS count 
FROM json_each(newsgraph_search_facet('', ?, 'types', 10)) AS counted) AS value_counts ORDER BY value_counts.count DESC, value_counts.value
 LIMIT 10 OFFSET ?) AS groups_6), 'days', (SELECT json_group_array(json_object('from', groups_7.value, 'count', groups_7.count)) AS anon_7 
FROM (SELECT period_counts.value || 'T00:00:00Z' AS value, period_counts.count AS count 
FROM (SELECT json_extract(counted.value, '$[0]') AS value, json_extract(counted.value, '$[1]') AS count 
FROM json_each(newsgraph_search_facet('', ?, 'publishedAt:DAY', 100)) AS counted) AS period_counts ORDER BY period_counts.value DESC
 LIMIT 100 OFFSET ?) AS groups_7), 'publishedAt', (SELECT json_group_array(json_object('from', groups_8.value, 'count', groups_8.count)) AS anon_8 
FROM (SELECT period_counts.value || '-01T00:00:00Z' AS value, period_counts.count AS count 
FROM (SELECT json_extract(counted.value, '$[0]') AS value, json_extract(counted.value, '$[1]') AS count 
FROM json_each(newsgraph_search_facet('', ?, 'publishedAt:MONTH', 100)) AS counted) AS period_counts ORDER BY period_counts.value DESC
 LIMIT 100 OFFSET ?) AS groups_8), 'years', (SELECT json_group_array(json_object('from', groups_9.value, 'count', groups_9.count)) AS anon_9 
FROM (SELECT period_counts.value || '-01-01T00:00:00Z' AS value, period_counts.count AS count 
FROM (SELECT json_extract(counted.value, '$[0]') AS value, json_extract(counted.value, '$[1]') AS count 
FROM json_each(newsgraph_search_facet('', ?, 'publishedAt:YEAR', 1)) AS counted) AS period_counts ORDER BY period_counts.value DESC
 LIMIT 1 OFFSET ?) AS groups_9)))) AS answer 
FROM state AS store;

SELECT store.revision, json_object('topic', (SELECT json_object('articles', (SELECT json_object('edges', json_group_array(json_object('node', json_object('slug', rows_3.slug))), 'totalCount', topic_1.article_count, 'facets', json_object('providers', (SELECT json_group_array(json_object('provider', (SELECT json_object('name', provider_8.name, 'articleCount', provider_8.article_count) AS anon_4 
FROM provider AS provider_8 
WHERE provider_8.id = groups_7.value), 'count', groups_7.count)) AS anon_3 
FROM (SELECT provider_counts.value AS value, provider_counts.count AS count 
FROM (SELECT counted_6.provider_id AS value, count(*) AS count 
FROM (SELECT article_5.provider_id AS provider_id 
FROM article_topic AS assignment JOIN article AS article_5 ON assignment.article_id = article_5.id 
WHERE assignment.topic_id = topic_1.id) AS counted_6 
WHERE counted_6.provider_id IS NOT NULL GROUP BY counted_6.provider_id) AS provider_counts CROSS JOIN provider AS counted_provider ON counted_provider.id = provider_counts.value ORDER BY provider_counts.count DESC, counted_provider.domain
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
