SELECT store.revision, json_object('articles', (SELECT json_object('edges', json('[' || coalesce(group_concat(coalesce(json_object('node', json_object('id', rows_2.node_id, 'title', rows_2.title, 'webUrl', coalesce(rows_2.web_url, rows_2.original_url, ? || '/articles/' || rows_2.href), 'frontMatter', json((SELECT document.front_matter 
FROM document 
WHERE document.id = rows_2.id)))), 'null')), '') || ']')) AS anon_1 
FROM (SELECT article_1.id AS id, article_1.node_id AS node_id, article_1.title AS title, article_1.web_url AS web_url, article_1.original_url AS original_url, article_1.href AS href, article_1.published_at AS place 
FROM article AS article_1 ORDER BY article_1.published_at DESC, article_1.id
 LIMIT ? OFFSET ?) AS rows_2)) AS answer 
FROM state AS store
