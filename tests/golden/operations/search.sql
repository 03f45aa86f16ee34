SELECT store.revision, json_object('search', (SELECT json_object('totalCount', newsgraph_search_count(?, ''), 'edges', json_group_array(json_object('cursor', lower(hex('match|' || rows_3.sort_value || '|' || CAST(rows_3.id AS TEXT))), 'score', CAST(substr(rows_3.rank, 1, 1) AS FLOAT), 'snippet', (SELECT newsgraph_search_snippet(?, snippet_article.id, snippet_article.language, snippet_article.excerpt, snippet_article.body_html, snippet_article.title) AS anon_2 
FROM article AS snippet_article 
WHERE snippet_article.id = rows_3.id), 'node', json_object('slug', article_4.slug, 'provider', (SELECT json_object('name', provider_6.name) AS anon_3 
FROM provider AS provider_6 
WHERE provider_6.id = article_4.provider_id)))) FILTER (WHERE rows_3.number <= ?), 'pageInfo', json_object('hasNextPage', json(CASE (coalesce(max(rows_3.size), ?) > ?) WHEN 1 THEN 'true' WHEN 0 THEN 'false' END), 'endCursor', max(lower(hex('match|' || rows_3.sort_value || '|' || CAST(rows_3.id AS TEXT)))) FILTER (WHERE rows_3.number = CASE WHEN (rows_3.size < ?) THEN rows_3.size ELSE ? END)), 'facets', json_object('topics', (SELECT json_group_array(json_object('topic', (SELECT json_object('slug', topic_8.slug) AS anon_5 
FROM topic AS topic_8 
WHERE topic_8.id = groups_7.value), 'count', groups_7.count)) AS anon_4 
FROM (SELECT topic_counts.value AS value, topic_counts.count AS count 
FROM (SELECT json_extract(counted.value, '$[0]') AS value, json_extract(counted.value, '$[1]') AS count 
FROM json_each(newsgraph_search_facet(?, '', 'topics', 1)) AS counted) AS topic_counts CROSS JOIN topic AS counted_topic ON counted_topic.id = topic_counts.value ORDER BY topic_counts.count DESC, counted_topic.slug
 LIMIT 1 OFFSET ?) AS groups_7))) AS anon_1 
FROM (SELECT keys_2.id AS id, keys_2.rank AS rank, keys_2.sort_value AS sort_value, row_number() OVER (ORDER BY keys_2.sort_value DESC, keys_2.id) AS number, count(*) OVER () AS size 
FROM (SELECT article_1.id AS id, hits.rank AS rank, hits.rank AS sort_value 
FROM (SELECT json_extract(hit.value, '$[0]') AS id, json_extract(hit.value, '$[1]') AS rank 
FROM json_each(newsgraph_search_page(?, '', 0, ? + ?, 0, NULL, NULL, NULL, NULL)) AS hit) AS hits CROSS JOIN article AS article_1 ON article_1.id = hits.id ORDER BY hits.rank DESC, article_1.id
 LIMIT ? + ? OFFSET ?) AS keys_2 ORDER BY keys_2.sort_value DESC, keys_2.id
 LIMIT ? + ? OFFSET ?) AS rows_3 CROSS JOIN article AS article_4 ON article_4.id = rows_3.id)) AS answer 
FROM state AS store;

SELECT store.revision, json_object('phrase', (SELECT json_object('edges', json_group_array(json_object('node', json_object('title', rows_2.title)))) AS anon_1 
FROM (SELECT article_1.id AS id, article_1.title AS title, hits.rank AS rank, hits.rank AS sort_value 
FROM (SELECT json_extract(hit.value, '$[0]') AS id, json_extract(hit.value, '$[1]') AS rank 
FROM json_each(newsgraph_search_page(?, ?, 0, ?, 0, NULL, NULL, NULL, NULL)) AS hit) AS hits CROSS JOIN article AS article_1 ON article_1.id = hits.id ORDER BY hits.rank DESC, article_1.id
 LIMIT ? OFFSET ?) AS rows_2)) AS answer 
FROM state AS store;

SELECT store.revision, json_object('strange', json_object('totalCount', newsgraph_search_count(?, ''))) AS answer 
FROM state AS store;

SELECT store.revision, json_object('nothing', (SELECT json_object('totalCount', newsgraph_search_count(?, ''), 'edges', json_group_array(json_object('snippet', (SELECT newsgraph_search_snippet(?, snippet_article.id, snippet_article.language, snippet_article.excerpt, snippet_article.body_html, snippet_article.title) AS anon_2 
FROM article AS snippet_article 
WHERE snippet_article.id = rows_2.id)))) AS anon_1 
FROM (SELECT article_1.id AS id, hits.rank AS rank, hits.rank AS sort_value 
FROM (SELECT json_extract(hit.value, '$[0]') AS id, json_extract(hit.value, '$[1]') AS rank 
FROM json_each(newsgraph_search_page(?, '', 0, ?, 0, NULL, NULL, NULL, NULL)) AS hit) AS hits CROSS JOIN article AS article_1 ON article_1.id = hits.id ORDER BY hits.rank DESC, article_1.id
 LIMIT ? OFFSET ?) AS rows_2)) AS answer 
FROM state AS store;
