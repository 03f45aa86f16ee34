SELECT json_object('articles', json_object(
  'edges', (
    SELECT json_group_array(json_object('node', json_object(
      'title', a.title,
      'excerpt', a.excerpt,
      'publishedAt', nullif(a.published_at, ''),
      'webUrl', coalesce(a.web_url, a.original_url, :site || '/articles/' || a.href),
      'quality', a.quality,
      'provider', (SELECT json_object('name', p.name, 'domain', p.domain)
                   FROM provider p WHERE p.id = a.provider_id),
      'topics', (SELECT json_group_array(json_object('name', name, 'slug', slug))
                 FROM (SELECT t.name, t.slug
                       FROM article_topic f JOIN topic t ON t.id = f.topic_id
                       WHERE f.article_id = a.id ORDER BY f.position)),
      'images', (SELECT json_group_array(json_object('url', url, 'width', width, 'height', height))
                 FROM (SELECT i.url, i.width, i.height FROM article_image i
                       WHERE i.article_id = a.id ORDER BY i.position)),
      'related', (SELECT json_group_array(json_object(
                    'title', l.title,
                    'webUrl', coalesce(l.web_url, l.original_url),
                    'quality', l.quality,
                    'provider', (SELECT json_object('name', p.name, 'domain', p.domain)
                                 FROM provider p WHERE p.id = l.provider_id),
                    'article', (SELECT json_object('title', b.title)
                                FROM article b WHERE b.id = l.target_id)))
                  FROM (SELECT title, web_url, original_url, quality, provider_id, target_id
                        FROM link WHERE article_id = a.id ORDER BY position) l))))
    FROM (SELECT id, title, excerpt, published_at, web_url, original_url, href, quality,
                 provider_id
          FROM article ORDER BY date_order DESC, id LIMIT 50) a),
  'pageInfo', json((
    SELECT json_object(
      'endCursor', lower(hex('newest|' || date_order || '|' || id)),
      'hasNextPage', json(CASE WHEN (SELECT count(*) FROM (SELECT 1 FROM article LIMIT 51)) > 50
                               THEN 'true' ELSE 'false' END))
    FROM (SELECT date_order, id FROM article ORDER BY date_order DESC, id LIMIT 50)
    ORDER BY date_order, id DESC LIMIT 1))))
