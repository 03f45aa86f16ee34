SELECT store.revision, json_object('article', (SELECT json_object('title', article_1.title, 'body', article_1.body) AS anon_1 
FROM article AS article_1 
WHERE article_1.slug = ?)) AS answer 
FROM state AS store
