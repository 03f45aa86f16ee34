WITH filed AS MATERIALIZED (
  SELECT f.article_id AS id, f.date_order, a.provider_id
  FROM article_topic f JOIN article a ON a.id = f.article_id
  WHERE f.topic_id = (SELECT id FROM topic WHERE slug = :topic))
SELECT json_object('articles', json_object('facets', json_object(
  'topics', (
    SELECT json_group_array(json_object(
             'topic', json_object('name', name, 'slug', slug), 'count', number))
    FROM (SELECT t.name, t.slug, c.number
          FROM (SELECT o.topic_id, count(*) AS number
                FROM filed CROSS JOIN article_topic o ON o.article_id = filed.id
                GROUP BY o.topic_id) c
          JOIN topic t ON t.id = c.topic_id
          ORDER BY c.number DESC, t.slug LIMIT 10)),
  'providers', (
    SELECT json_group_array(json_object(
             'provider', json_object('name', name, 'domain', domain), 'count', number))
    FROM (SELECT p.name, p.domain, c.number
          FROM (SELECT provider_id, count(*) AS number FROM filed
                WHERE provider_id IS NOT NULL GROUP BY provider_id) c
          JOIN provider p ON p.id = c.provider_id
          ORDER BY c.number DESC, p.domain LIMIT 10)),
  'publishedAt', (
    SELECT json_group_array(json_object('from', month || '-01T00:00:00Z', 'count', number))
    FROM (SELECT substr(date_order, 1, 7) AS month, count(*) AS number FROM filed
          WHERE date_order >= '0001' GROUP BY month ORDER BY month DESC LIMIT 100)))))
