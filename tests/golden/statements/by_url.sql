SELECT store.revision, json_object('article', (SELECT json_object('title', article_1.title) AS anon_1 
FROM article AS article_1 
WHERE article_1.id = coalesce((SELECT place.article_id 
FROM article_url AS place 
WHERE place.url = ? ORDER BY place.published_at DESC, place.article_id
 LIMIT ? OFFSET ?), (SELECT page.id 
FROM article AS page 
WHERE page.href = ?)))) AS answer 
FROM state AS store
