SELECT store.revision, json_object('store', (SELECT json_object('__typename', 'Store', 'revision', state_1.revision, 'articleCount', state_1.article_count) AS anon_1 
FROM state AS state_1)) AS answer 
FROM state AS store;

SELECT store.revision, json_object('newest', (SELECT json_object('pageInfo', json_object('__typename', 'PageInfo', 'more', json(CASE (coalesce(max(rows_3.size), ?) > ?) WHEN 1 THEN 'true' WHEN 0 THEN 'false' END), 'endCursor', max(lower(hex('newest|' || rows_3.place || '|' || CAST(rows_3.id AS TEXT)))) FILTER (WHERE rows_3.number = CASE WHEN (rows_3.size < ?) THEN rows_3.size ELSE ? END)), 'edges', json_group_array(json_object('node', json_object('__typename', 'Article', 'headline', article_4.title, 'provider', (SELECT json_object('domain', provider_5.domain) AS anon_2 
FROM provider AS provider_5 
WHERE provider_5.id = article_4.provider_id), 'first', (SELECT json_group_array(json_object('__typename', 'RelatedLink', 'headline', rows_7.title, 'provider', (SELECT json_object('domain', provider_8.domain) AS anon_4 
FROM provider AS provider_8 
WHERE provider_8.id = rows_7.provider_id))) AS anon_3 
FROM (SELECT link_6.id AS id, link_6.title AS title, link_6.provider_id AS provider_id 
FROM link AS link_6 
WHERE link_6.article_id = article_4.id ORDER BY link_6.position, link_6.article_id
 LIMIT ? OFFSET ?) AS rows_7), 'second', (SELECT json_group_array(json_object('position', rows_10.position, 'id', rows_10.node_id)) AS anon_5 
FROM (SELECT link_9.id AS id, link_9.position AS position, link_9.node_id AS node_id 
FROM link AS link_9 
WHERE link_9.article_id = article_4.id ORDER BY link_9.position, link_9.article_id
 LIMIT ? OFFSET ?) AS rows_10)))) FILTER (WHERE rows_3.number <= ?)) AS anon_1 
FROM (SELECT keys_2.id AS id, keys_2.place AS place, row_number() OVER () AS number, count(*) OVER () AS size 
FROM (SELECT article_1.id AS id, article_1.published_at AS place 
FROM article AS article_1 ORDER BY article_1.published_at DESC, article_1.id
 LIMIT ? + ? OFFSET ?) AS keys_2) AS rows_3 CROSS JOIN article AS article_4 ON article_4.id = rows_3.id)) AS answer 
FROM state AS store;

SELECT store.revision, json_object('all', (SELECT json_object('__typename', 'ArticleConnection', 'totalCount', store.article_count, 'edges', json_group_array(json_object('__typename', 'ArticleEdge', 'where', lower(hex('newest|' || rows_2.place || '|' || CAST(rows_2.id AS TEXT))), 'node', json_object('__typename', 'Article', 'headline', rows_2.title, 'provider', (SELECT json_object('domain', provider_4.domain) AS anon_2 
FROM provider AS provider_4 
WHERE provider_4.id = rows_2.provider_id), 'quality', rows_2.quality)))) AS anon_1 
FROM (SELECT article_1.id AS id, article_1.title AS title, article_1.provider_id AS provider_id, article_1.quality AS quality, article_1.published_at AS place 
FROM article AS article_1 ORDER BY article_1.published_at DESC, article_1.id
 LIMIT ? OFFSET ?) AS rows_2)) AS answer 
FROM state AS store;
