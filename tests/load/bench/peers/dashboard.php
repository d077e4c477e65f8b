<?php
// The dashboard as php-fpm serves it at its best: phpredis and PDO over persistent connections; session and page come
// from Redis, the page is made from PostgreSQL (a query per widget, widgets.sql) where Redis does not have it.
declare(strict_types=1);

const TTL = 3600;

function refuse(int $status, string $title): never
{
    http_response_code($status);
    header('Content-Type: application/problem+json');
    exit(json_encode(['title' => $title, 'status' => $status]));
}

/** The page of that company, as JSON. */
function make_page(string $company, array $filter): string
{
    $database = new PDO($_SERVER['BENCH_PDO'], 'postgres', $_SERVER['BENCH_PASSWORD'], [
        PDO::ATTR_PERSISTENT => true,
        PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION,
    ]);
    $pieces = preg_split('/^-- name: (\w+)$/m', file_get_contents(__DIR__ . '/widgets.sql'), -1, PREG_SPLIT_DELIM_CAPTURE);
    $widgets = [];
    for ($i = 1; $i < count($pieces); $i += 2) {
        $widgets[$pieces[$i]] = $pieces[$i + 1];
    }
    $bound = ['company' => $company];
    $conditions = '';
    foreach (['operator_id' => 'uuid', 'call_type' => 'text'] as $column => $type) {
        if ($filter[$column] !== null) {
            $conditions .= " AND r.$column = CAST(:$column AS $type)";
            $bound[$column] = $filter[$column];
        }
    }
    $rows = function (string $name, array $more) use ($database, $widgets, $conditions, &$bound): array {
        $sql = str_replace('/*filters*/', $conditions, $widgets[$name]);
        $all = $bound + $more;
        $used = array_filter($all, fn ($key) => preg_match("/:$key\\b/", $sql) === 1, ARRAY_FILTER_USE_KEY);
        $statement = $database->prepare("SELECT coalesce(json_agg(w), '[]') FROM ($sql) AS w");
        $statement->execute($used);
        return json_decode($statement->fetchColumn(), true);
    };

    $period = $rows('period', ['first' => $filter['start'], 'last' => $filter['end']])[0];
    ['since' => $since, 'split' => $split, 'until' => $until, 'timezone' => $zone] = $period;
    $recent = ['split' => $split, 'until' => $until];
    $totals = fn (string $from, string $to): array => $rows('totals', ['since' => $from, 'until' => $to])[0]
        + $rows('cost', ['since' => $from, 'until' => $to])[0];

    $daily = array_column($rows('daily', $recent + ['zone' => $zone]), null, 'date');
    $days = [];
    for ($day = new DateTime($period['start']); $day->format('Y-m-d') <= $period['end']; $day->modify('+1 day')) {
        $date = $day->format('Y-m-d');
        $days[] = $daily[$date] ?? ['date' => $date, 'calls' => 0, 'positive' => 0, 'neutral' => 0, 'negative' => 0, 'unknown' => 0,
            'avg_score' => null];
    }
    unset($period['since'], $period['split'], $period['until']);
    return json_encode([
        'period' => $period,
        'totals' => $totals($split, $until),
        'previous' => $totals($since, $split),
        'daily' => $days,
        'operators' => $rows('operators', $recent),
        'sentiment' => $rows('sentiment', $recent)[0],
        'purposes' => $rows('purposes', $recent),
        'sources' => $rows('sources', $recent),
        'interests' => $rows('interests', $recent),
        'compliance' => $rows('compliance', $recent),
    ], JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES);
}

$redis = new Redis();
$redis->pconnect($_SERVER['BENCH_REDIS']);

$session = $redis->get('bench:session:' . ($_COOKIE['dialix'] ?? ''));
if ($session === false) {
    refuse(401, 'Unauthorized');
}
$session = json_decode($session, true);
if (!in_array('view_analytics', $session['permissions'], true)) {
    refuse(403, 'Forbidden');
}
$filter = [
    'start' => $_GET['start'] ?? null,
    'end' => $_GET['end'] ?? null,
    'operator_id' => $_GET['operator_id'] ?? null,
    'call_type' => $_GET['call_type'] ?? null,
];
$key = 'bench:php:' . $session['company_id'] . ':' . implode(':', $filter);
$body = $redis->get($key);
if ($body === false) {
    $body = make_page($session['company_id'], $filter);
    $redis->setex($key, TTL, $body);
}
header('Content-Type: application/json');
header('Content-Length: ' . strlen($body));
echo $body;
