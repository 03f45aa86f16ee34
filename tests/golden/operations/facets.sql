WITH node_5 AS NOT MATERIALIZED (
SELECT topic_22.id, json_object('slug', topic_22.slug, 'parent', (SELECT json_object('slug', topic_23.slug) AS anon_1 
FROM topic AS topic_23 
WHERE topic_23.id = topic_22.parent_id)) AS object 
FROM topic AS topic_22)
SELECT store.revision, json_object('articles', json_object('facets', json_object('__typename', 'ArticleFacets', 'topics', (SELECT json_group_array(json_object('count', groups_3.count, 'topic', (SELECT (SELECT json(node_5.object) AS anon_3 
FROM node_5 
WHERE node_5.id = topic_4.id) AS anon_2 
FROM topic AS topic_4 
WHERE groups_3.value = topic_4.id))) AS anon_1 
FROM (SELECT spread_topic.id AS value, count(*) AS count 
FROM (SELECT article_1.id AS id, article_1.provider_id AS provider_id, article_1.type AS type, article_1.published_at AS published_at 
FROM article AS article_1 
WHERE article_1.quality > ?) AS counted_2 JOIN article_topic AS spread ON spread.article_id = counted_2.id JOIN topic AS spread_topic ON spread_topic.id = spread.topic_id 
WHERE spread_topic.id IS NOT NULL GROUP BY spread_topic.id ORDER BY count DESC, spread_topic.slug
 LIMIT 2 OFFSET ?) AS groups_3), 'providers', (SELECT json_group_array(json_object('count', groups_8.count, 'provider', (SELECT json_object('domain', provider_9.domain) AS anon_5 
FROM provider AS provider_9 
WHERE groups_8.value = provider_9.id))) AS anon_4 
FROM (SELECT spread_provider.id AS value, count(*) AS count 
FROM (SELECT article_6.id AS id, article_6.provider_id AS provider_id, article_6.type AS type, article_6.published_at AS published_at 
FROM article AS article_6 
WHERE article_6.quality > ?) AS counted_7 JOIN provider AS spread_provider ON spread_provider.id = counted_7.provider_id 
WHERE spread_provider.id IS NOT NULL GROUP BY spread_provider.id ORDER BY count DESC, spread_provider.domain
 LIMIT 10 OFFSET ?) AS groups_8), 'types', (SELECT json_group_array(json_object('type', groups_12.value, 'count', groups_12.count, '__typename', 'TypeFacet')) AS anon_6 
FROM (SELECT counted_11.type AS value, count(*) AS count 
FROM (SELECT article_10.id AS id, article_10.provider_id AS provider_id, article_10.type AS type, article_10.published_at AS published_at 
FROM article AS article_10 
WHERE article_10.quality > ?) AS counted_11 
WHERE counted_11.type IS NOT NULL GROUP BY counted_11.type ORDER BY count DESC, counted_11.type
 LIMIT 10 OFFSET ?) AS groups_12), 'days', (SELECT json_group_array(json_object('from', groups_15.value, 'count', groups_15.count)) AS anon_7 
FROM (SELECT substr(nullif(counted_14.published_at, ?), ?, 10) || 'T00:00:00Z' AS value, count(*) AS count 
FROM (SELECT article_13.id AS id, article_13.provider_id AS provider_id, article_13.type AS type, article_13.published_at AS published_at 
FROM article AS article_13 
WHERE article_13.quality > ?) AS counted_14 
WHERE (substr(nullif(counted_14.published_at, ?), ?, 10) || 'T00:00:00Z') IS NOT NULL GROUP BY substr(nullif(counted_14.published_at, ?), ?, 10) || 'T00:00:00Z' ORDER BY substr(nullif(counted_14.published_at, ?), ?, 10) || 'T00:00:00Z' DESC
 LIMIT 100 OFFSET ?) AS groups_15), 'publishedAt', (SELECT json_group_array(json_object('from', groups_18.value, 'count', groups_18.count)) AS anon_8 
FROM (SELECT substr(nullif(counted_17.published_at, ?), ?, 7) || '-01T00:00:00Z' AS value, count(*) AS count 
FROM (SELECT article_16.id AS id, article_16.provider_id AS provider_id, article_16.type AS type, article_16.published_at AS published_at 
FROM article AS article_16 
WHERE article_16.quality > ?) AS counted_17 
WHERE (substr(nullif(counted_17.published_at, ?), ?, 7) || '-01T00:00:00Z') IS NOT NULL GROUP BY substr(nullif(counted_17.published_at, ?), ?, 7) || '-01T00:00:00Z' ORDER BY substr(nullif(counted_17.published_at, ?), ?, 7) || '-01T00:00:00Z' DESC
 LIMIT 100 OFFSET ?) AS groups_18), 'years', (SELECT json_group_array(json_object('from', groups_21.value, 'count', groups_21.count)) AS anon_9 
FROM (SELECT substr(nullif(counted_20.published_at, ?), ?, 4) || '-01-01T00:00:00Z' AS value, count(*) AS count 
FROM (SELECT article_19.id AS id, article_19.provider_id AS provider_id, article_19.type AS type, article_19.published_at AS published_at 
FROM article AS article_19 
WHERE article_19.quality > ?) AS counted_20 
WHERE (substr(nullif(counted_20.published_at, ?), ?, 4) || '-01-01T00:00:00Z') IS NOT NULL GROUP BY substr(nullif(counted_20.published_at, ?), ?, 4) || '-01-01T00:00:00Z' ORDER BY substr(nullif(counted_20.published_at, ?), ?, 4) || '-01-01T00:00:00Z' DESC
 LIMIT 1 OFFSET ?) AS groups_21)))) AS answer 
FROM state AS store;

SELECT store.revision, json_object('topic', (SELECT json_object('articles', (SELECT json_object('edges', json_group_array(json_object('node', json_object('slug', rows_3.slug))), 'totalCount', topic_1.article_count, 'facets', json_object('providers', (SELECT json_group_array(json_object('provider', (SELECT json_object('name', provider_8.name, 'articleCount', provider_8.article_count) AS anon_4 
FROM provider AS provider_8 
WHERE groups_7.value = provider_8.id), 'count', groups_7.count)) AS anon_3 
FROM (SELECT spread_provider.id AS value, count(*) AS count 
FROM (SELECT article_5.id AS id, article_5.provider_id AS provider_id, article_5.type AS type, article_5.published_at AS published_at 
FROM article_topic AS filed JOIN article AS article_5 ON filed.article_id = article_5.id 
WHERE filed.topic_id = topic_1.id) AS counted_6 JOIN provider AS spread_provider ON spread_provider.id = counted_6.provider_id 
WHERE spread_provider.id IS NOT NULL GROUP BY spread_provider.id ORDER BY count DESC, spread_provider.domain
 LIMIT 1 OFFSET ?) AS groups_7))) AS anon_2 
FROM (SELECT article_2.id AS id, article_2.slug AS slug, filed.published_at AS place 
FROM article_topic AS filed JOIN article AS article_2 ON filed.article_id = article_2.id 
WHERE filed.topic_id = topic_1.id ORDER BY filed.published_at DESC, filed.article_id
 LIMIT ? OFFSET ?) AS rows_3)) AS anon_1 
FROM topic AS topic_1 
WHERE topic_1.slug = ?)) AS answer 
FROM state AS store;
