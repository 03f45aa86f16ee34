SELECT json_object('provider', (
  SELECT json_object('name', p.name, 'articles', json_object(
    'totalCount', (SELECT count(*) FROM article WHERE provider_id = p.id
                   AND date_order >= :from AND date_order < :to),
    'edges', (
      SELECT json_group_array(json_object('node', json_object(
        'title', a.title,
        'slug', a.slug,
        'publishedAt', nullif(a.published_at, ''),
        'webUrl', coalesce(a.web_url, a.original_url, :site || '/articles/' || a.href),
        'quality', a.quality)))
      FROM (SELECT title, slug, published_at, web_url, original_url, href, quality FROM article
            WHERE provider_id = p.id AND date_order >= :from AND date_order < :to
            ORDER BY date_order DESC, id LIMIT 50) a),
    'pageInfo', (
      SELECT json_object(
        'endCursor', max(CASE place WHEN min(50, size)
                         THEN lower(hex('newest|' || date_order || '|' || id)) END),
        'hasNextPage', json(CASE WHEN max(place) > 50 THEN 'true' ELSE 'false' END))
      FROM (SELECT *, row_number() OVER () AS place, count(*) OVER () AS size
            FROM (SELECT id, date_order FROM article
                  WHERE provider_id = p.id AND date_order >= :from AND date_order < :to
                  ORDER BY date_order DESC, id LIMIT 51)))))
  FROM provider p WHERE p.domain = :domain))
