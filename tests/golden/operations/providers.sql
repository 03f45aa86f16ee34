SELECT store.revision, json_object('provider', (SELECT json_object('domain', provider_1.domain, 'relatedLinks', (SELECT json_object('totalCount', (SELECT count(*) AS count_1 
FROM link AS link_5 
WHERE link_5.provider_id = provider_1.id), 'pageInfo', json_object('hasNextPage', json(CASE (coalesce(max(rows_4.size), ?) > ?) WHEN 1 THEN 'true' WHEN 0 THEN 'false' END)), 'edges', json_group_array(json_object('node', json_object('title', rows_4.title, 'publishedAt', nullif(rows_4.published_at, ?), 'from', (SELECT json_object('slug', article_6.slug) AS anon_3 
FROM article AS article_6 
WHERE article_6.id = rows_4.article_id), 'article', (SELECT json_object('slug', article_7.slug) AS anon_4 
FROM article AS article_7 
WHERE article_7.id = rows_4.target_id)))) FILTER (WHERE rows_4.number <= ?)) AS anon_2 
FROM (SELECT found_3.id AS id, found_3.title AS title, found_3.published_at AS published_at, found_3.article_id AS article_id, found_3.target_id AS target_id, found_3.place AS place, row_number() OVER (ORDER BY found_3.place DESC, found_3.id) AS number, count(*) OVER () AS size 
FROM (SELECT link_2.id AS id, link_2.title AS title, link_2.published_at AS published_at, link_2.article_id AS article_id, link_2.target_id AS target_id, link_2.published_at AS place 
FROM link AS link_2 
WHERE link_2.provider_id = provider_1.id ORDER BY link_2.published_at DESC, link_2.id
 LIMIT ? + ? OFFSET ?) AS found_3 ORDER BY row_number() OVER (ORDER BY found_3.place DESC, found_3.id)) AS rows_4)) AS anon_1 
FROM provider AS provider_1 
WHERE provider_1.domain = ?)) AS answer 
FROM state AS store;
