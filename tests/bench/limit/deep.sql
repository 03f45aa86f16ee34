SELECT json_object('articles', json_object(
  'edges', json_group_array(json_object(
    'cursor', lower(hex('newest|' || a.date_order || '|' || a.id)),
    'node', json_object(
      'title', a.title,
      'slug', a.slug,
      'excerpt', a.excerpt,
      'publishedAt', nullif(a.published_at, ''),
      'webUrl', coalesce(a.web_url, a.original_url, :site || '/articles/' || a.href),
      'quality', a.quality,
      'provider', (SELECT json_object('name', p.name, 'domain', p.domain)
                   FROM provider p WHERE p.id = a.provider_id),
      'topics', (SELECT json_group_array(json_object('name', name, 'slug', slug))
                 FROM (SELECT t.name, t.slug
                       FROM article_topic f JOIN topic t ON t.id = f.topic_id
                       WHERE f.article_id = a.id ORDER BY f.position)))))
    FILTER (WHERE place <= 20),
  'pageInfo', json_object(
    'endCursor', max(CASE place WHEN min(20, size)
                     THEN lower(hex('newest|' || a.date_order || '|' || a.id)) END),
    'hasNextPage', json(CASE WHEN max(place) > 20 THEN 'true' ELSE 'false' END))))
FROM (SELECT *, row_number() OVER () AS place, count(*) OVER () AS size
      FROM (SELECT id, title, slug, excerpt, published_at, date_order, web_url, original_url, href, quality,
                   provider_id
            FROM article
            WHERE date_order <= :date_order AND (date_order < :date_order OR id > :id)
            ORDER BY date_order DESC, id LIMIT 21)) a
