SELECT store.revision, json_object('store', (SELECT json_object('__typename', 'Store', 'revision', state_1.revision, 'articleCount', state_1.article_count) AS anon_1 
FROM state AS state_1)) AS answer 
FROM state AS store;

SELECT store.revision, json_object('newest', (SELECT json_object('pageInfo', json_object('__typename', 'PageInfo', 'more', json(CASE (coalesce(max(rows_3.size), ?) > ?) WHEN 1 THEN 'true' WHEN 0 THEN 'false' END), 'endCursor', max(lower(hex('newest|' || rows_3.place || '|' || CAST(rows_3.id AS TEXT)))) FILTER (WHERE rows_3.number = CASE WHEN (rows_3.size < ?) THEN rows_3.size ELSE ? END)), 'edges', json_group_array(json_object('node', json_object('__typename', 'Article', 'headline', rows_3.title, 'provider', (SELECT json_object('domain', provider_4.domain) AS anon_2 
FROM provider AS provider_4 
WHERE provider_4.id = rows_3.provider_id), 'first', (SELECT json_group_array(json_object('__typename', 'RelatedLink', 'headline', rows_6.title, 'provider', (SELECT json_object('domain', provider_7.domain) AS anon_4 
FROM provider AS provider_7 
WHERE provider_7.id = rows_6.provider_id))) AS anon_3 
FROM (SELECT link_5.id AS id, link_5.title AS title, link_5.provider_id AS provider_id 
FROM link AS link_5 
WHERE link_5.article_id = rows_3.id ORDER BY link_5.position, link_5.article_id
 LIMIT ? OFFSET ?) AS rows_6), 'second', (SELECT json_group_array(json_object('position', rows_9.position, 'id', rows_9.node_id)) AS anon_5 
FROM (SELECT link_8.id AS id, link_8.position AS position, link_8.node_id AS node_id 
FROM link AS link_8 
WHERE link_8.article_id = rows_3.id ORDER BY link_8.position, link_8.article_id
 LIMIT ? OFFSET ?) AS rows_9)))) FILTER (WHERE rows_3.number <= ?)) AS anon_1 
FROM (SELECT found_2.id AS id, found_2.title AS title, found_2.provider_id AS provider_id, found_2.place AS place, row_number() OVER (ORDER BY found_2.place DESC, found_2.id) AS number, count(*) OVER () AS size 
FROM (SELECT article_1.id AS id, article_1.title AS title, article_1.provider_id AS provider_id, article_1.published_at AS place 
FROM article AS article_1 ORDER BY article_1.published_at DESC, article_1.id
 LIMIT ? + ? OFFSET ?) AS found_2 ORDER BY row_number() OVER (ORDER BY found_2.place DESC, found_2.id)) AS rows_3)) AS answer 
FROM state AS store;

SELECT store.revision, json_object('all', (SELECT json_object('__typename', 'ArticleConnection', 'totalCount', store.article_count, 'edges', json_group_array(json_object('__typename', 'ArticleEdge', 'where', lower(hex('newest|' || rows_2.place || '|' || CAST(rows_2.id AS TEXT))), 'node', json_object('__typename', 'Article', 'headline', rows_2.title, 'provider', (SELECT json_object('domain', provider_4.domain) AS anon_2 
FROM provider AS provider_4 
WHERE provider_4.id = rows_2.provider_id), 'quality', rows_2.quality)))) AS anon_1 
FROM (SELECT article_1.id AS id, article_1.title AS title, article_1.provider_id AS provider_id, article_1.quality AS quality, article_1.published_at AS place 
FROM article AS article_1 ORDER BY article_1.published_at DESC, article_1.id
 LIMIT ? OFFSET ?) AS rows_2)) AS answer 
FROM state AS store;
