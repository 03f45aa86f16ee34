SELECT store.revision, json_object('topics', json_object('totalCount', store.topic_count, '__typename', 'It''s')) AS answer 
FROM state AS store
