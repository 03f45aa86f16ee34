SELECT store.revision, json_object('provider', (SELECT json_object('domain', provider_1.domain, 'relatedLinks', (SELECT json_object('totalCount', (SELECT count(*) AS count_1 
FROM link AS link_6 
WHERE link_6.provider_id = provider_1.id), 'pageInfo', json_object('hasNextPage', json(CASE (coalesce(max(rows_4.size), ?) > ?) WHEN 1 THEN 'true' WHEN 0 THEN 'false' END)), 'edges', json_group_array(json_object('node', json_object('title', link_5.title, 'publishedAt', nullif(link_5.published_at, ?), 'from', (SELECT json_object('slug', article_7.slug) AS anon_3 
FROM article AS article_7 
WHERE article_7.id = link_5.article_id), 'article', (SELECT json_object('slug', article_8.slug) AS anon_4 
FROM article AS article_8 
WHERE article_8.id = link_5.target_id)))) FILTER (WHERE rows_4.number <= ?)) AS anon_2 
FROM (SELECT keys_3.id AS id, keys_3.place AS place, row_number() OVER () AS number, count(*) OVER () AS size 
FROM (SELECT link_2.id AS id, link_2.published_at AS place 
FROM link AS link_2 
WHERE link_2.provider_id = provider_1.id ORDER BY link_2.published_at DESC, link_2.id
 LIMIT ? + ? OFFSET ?) AS keys_3) AS rows_4 CROSS JOIN link AS link_5 ON link_5.id = rows_4.id)) AS anon_1 
FROM provider AS provider_1 
WHERE provider_1.domain = ?)) AS answer 
FROM state AS store;
