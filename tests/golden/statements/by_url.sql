SELECT store.revision, json_object('article', (SELECT json_object('title', article_1.title) AS anon_1 
FROM article AS article_1 
WHERE article_1.id = (SELECT place.article_id 
FROM article_url AS place 
WHERE place.url = ? ORDER BY place.published_at DESC, place.article_id
 LIMIT ? OFFSET ?))) AS answer 
FROM state AS store
