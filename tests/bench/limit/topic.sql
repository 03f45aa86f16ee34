SELECT json_object('topic', (
  SELECT json_object('name', t.name, 'articles', json_object(
    'edges', (
      SELECT json_group_array(json_object('node', json_object(
        'title', a.title,
        'slug', a.slug,
        'excerpt', a.excerpt,
        'publishedAt', nullif(a.published_at, ''),
        'webUrl', coalesce(a.web_url, a.original_url, :site || '/articles/' || a.href),
        'quality', a.quality,
        'provider', (SELECT json_object('name', p.name, 'domain', p.domain)
                     FROM provider p WHERE p.id = a.provider_id))))
      FROM (SELECT article_id FROM article_topic WHERE topic_id = t.id
            ORDER BY date_order DESC, article_id LIMIT 20) f
      CROSS JOIN article a ON a.id = f.article_id),
    'pageInfo', json((
      SELECT json_object(
        'endCursor', lower(hex('newest|' || date_order || '|' || article_id)),
        'hasNextPage', json(CASE WHEN (SELECT count(*) FROM (SELECT 1 FROM article_topic
                                       WHERE topic_id = t.id LIMIT 21)) > 20
                                 THEN 'true' ELSE 'false' END))
      FROM (SELECT date_order, article_id FROM article_topic WHERE topic_id = t.id
            ORDER BY date_order DESC, article_id LIMIT 20)
      ORDER BY date_order, article_id DESC LIMIT 1))))
  FROM topic t WHERE t.slug = :slug))
