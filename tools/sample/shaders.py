"""GLSL of the renderer: a depth-only pass for shadows and one shading pass."""

DEPTH_VERTEX = """#version 330
uniform mat4 light;
in vec3 at;
invariant gl_Position;
void main() { gl_Position = light * vec4(at, 1.0); }
"""

DEPTH_FRAGMENT = """#version 330
void main() {}
"""

LIGHTS = """
uniform sampler2DShadow shadow;
uniform mat4 light;
uniform vec3 eye, key_at, fill_at, rim_at;

const vec2 DISC[12] = vec2[](vec2(-.33,-.41), vec2(.58,-.12), vec2(.05,.61), vec2(-.75,.22),
  vec2(.31,-.78), vec2(.81,.47), vec2(-.47,-.86), vec2(-.3,.93), vec2(.97,-.35), vec2(-.98,-.28),
  vec2(.12,-.15), vec2(.42,.28));
const vec3 KEY = vec3(2.75, 2.5, 2.25), FILL = vec3(0.62, 0.72, 0.82), RIM = vec3(1.1, 1.05, 1.0);

float lit(vec3 p, vec3 m) {
  vec4 l = light * vec4(p + m * 0.012, 1.0);
  vec3 c = l.xyz * 0.5 + 0.5;
  float sum = 0.0;
  for (int k = 0; k < 12; k++)
    sum += textureLod(shadow, vec3(c.xy + DISC[k] * 0.016, c.z - 0.0022), 0.0);
  return sum / 12.0;
}

vec3 diffuse(vec3 p, vec3 m, vec3 at_light, vec3 wrap) {
  float d = dot(m, normalize(at_light - p));
  return pow(clamp((vec3(d) + wrap) / (1.0 + wrap), 0.0, 1.0), 1.0 + wrap);
}

vec3 sky(vec3 m) { return mix(vec3(0.26, 0.22, 0.20), vec3(0.62, 0.66, 0.72), 0.5 + 0.5 * m.y); }

vec3 film(vec3 c) {
  c *= 0.9;
  c = c * (2.51 * c + 0.03) / (c * (2.43 * c + 0.59) + 0.14);
  return pow(clamp(c, 0.0, 1.0), vec3(1.0 / 2.2));
}
"""

# Shadow and diffuse light vary slowly: they are worked out at the vertices, which are dense.
VERTEX = """#version 330
uniform int part;          // 0 skin 1 wool 2 teeth 3 tongue 4 eye 5 lash
uniform mat4 camera;
in vec3 at;
in vec3 normal;
in vec2 place;   // where in the part's picture
in vec4 extra;   // open sky, and the part's own three numbers
out vec3 p; out vec3 n; out vec2 uv; out vec4 x; out vec3 shed; out float seen;
invariant gl_Position;
""" + LIGHTS + """
void main() {
  vec3 v = normalize(eye - at), wrap = vec3(0.25);
  p = at; n = normal; uv = place; x = extra;
  if (part != 0 && dot(n, v) < 0.0) n = -n;
  if (part == 0) wrap = vec3(0.42, 0.2, 0.14);
  if (part == 3) wrap = vec3(0.3, 0.1, 0.1);
  seen = lit(p, n);
  float soft = mix(x.x, 1.0, 0.35);
  shed = sky(n) * x.x + soft * (KEY * seen * diffuse(p, n, key_at, wrap)
    + x.x * (FILL * diffuse(p, n, fill_at, wrap) + RIM * diffuse(p, n, rim_at, vec3(0.0))));
  gl_Position = camera * vec4(at, 1.0);
}
"""

FRAGMENT = """#version 330
uniform int part;
uniform sampler2D picture;
in vec3 p; in vec3 n; in vec2 uv; in vec4 x; in vec3 shed; in float seen;
out vec4 colour;
""" + LIGHTS + """
float hash(vec2 v) { return fract(sin(dot(v, vec2(12.9898, 78.233))) * 43758.5453); }

float shine(vec3 m, vec3 v, vec3 at_light, float power) {
  vec3 h = normalize(normalize(at_light - p) + v);
  return pow(max(dot(m, h), 0.0), power) * (power + 8.0) / 60.0;
}

void main() {
  vec3 v = normalize(eye - p), m = normalize(n), base = vec3(0.5);
  float alpha = 1.0, gloss = 0.0, power = 20.0, facing = max(dot(m, v), 0.0);
  if (part == 0) {
    base = texture(picture, uv).rgb;
    base = mix(base, vec3(0.43, 0.135, 0.125), x.y * 0.85);
    base = mix(base, vec3(0.30, 0.07, 0.06), x.z);
    base = mix(base, vec3(0.03, 0.017, 0.011), x.w);
    gloss = mix(0.10, 0.22, x.y) * (1.0 - x.w) * (0.75 + 0.5 * hash(floor(uv * 500.0)));
    power = mix(16.0, 38.0, x.y);
  } else if (part == 1) {
    float rib = 0.5 + 0.5 * sin(uv.x * 150.0), row = 0.5 + 0.5 * sin(uv.y * 190.0 + rib * 1.5);
    base = vec3(0.014, 0.105, 0.125) * (0.72 + 0.28 * rib * row + 0.16 * (hash(floor(uv * 300.0)) - 0.5));
    base += vec3(0.03, 0.06, 0.065) * (1.0 - facing) * (1.0 - facing);
  } else if (part == 2) { base = vec3(0.86, 0.78, 0.66); gloss = 0.3; power = 60.0; }
  else if (part == 3) { base = vec3(0.50, 0.16, 0.15); gloss = 0.15; }
  else if (part == 4) { base = texture(picture, uv).rgb; gloss = 2.2; power = 700.0; }
  else { base = vec3(0.012, 0.008, 0.006); alpha = x.y; }
  vec3 sum = base * shed * 0.5;
  if (gloss > 0.0)
    sum += gloss * x.x * (shine(m, v, key_at, power) * seen * vec3(0.9, 0.85, 0.8)
           + shine(m, v, fill_at, power) * vec3(0.2, 0.23, 0.26) + pow(1.0 - facing, 5.0) * 0.25);
  colour = vec4(film(sum), alpha);
}
"""

HAIR_VERTEX = """#version 330
uniform mat4 camera;
in vec3 at;
in vec3 normal;
in vec2 place;
in vec4 extra;   // open sky, shade, and the strand's way sideways and upwards
out vec3 tint;
invariant gl_Position;
""" + LIGHTS + """
float strand(vec3 t, vec3 h, float power) {
  float d = dot(t, normalize(h));
  return pow(sqrt(max(1.0 - d * d, 0.0)), power);
}
void main() {
  vec3 v = normalize(eye - at), m = normalize(normal);
  vec3 base = mix(vec3(0.013, 0.008, 0.006), vec3(0.07, 0.039, 0.024), extra.y);
  float open = extra.x, seen = lit(at, m);
  vec3 sum = sky(m) * open + mix(open, 1.0, 0.35) * (KEY * seen * diffuse(at, m, key_at, vec3(0.2))
    + open * (FILL * diffuse(at, m, fill_at, vec3(0.2)) + RIM * diffuse(at, m, rim_at, vec3(0.0))));
  vec3 t = normalize(vec3(extra.zw, -sqrt(max(0.0, 1.0 - dot(extra.zw, extra.zw)))));
  float s = strand(t, normalize(key_at - at) + v, 60.0) * seen * 0.35
    + strand(t, normalize(rim_at - at) + v, 30.0) * 0.10;
  tint = film(sum * base * 0.5 + s * mix(base * 2.0, vec3(0.12), 0.35) * open);
  gl_Position = camera * vec4(at, 1.0);
}
"""

HAIR_FRAGMENT = """#version 330
in vec3 tint;
out vec4 colour;
void main() { colour = vec4(tint, 1.0); }
"""

WALL_VERTEX = """#version 330
in vec2 at;
out vec2 uv;
void main() { uv = at; gl_Position = vec4(at, 0.9999, 1.0); }
"""

WALL_FRAGMENT = """#version 330
in vec2 uv;
out vec4 colour;
void main() {
  float d = length((uv - vec2(-0.15, 0.1)) * vec2(1.0, 0.8));
  vec3 c = mix(vec3(0.66, 0.70, 0.71), vec3(0.36, 0.41, 0.45), smoothstep(0.0, 1.5, d));
  float grain = fract(sin(dot(gl_FragCoord.xy, vec2(12.9898, 78.233))) * 43758.5453) - 0.5;
  colour = vec4(c + grain * 0.012, 1.0);
}
"""
