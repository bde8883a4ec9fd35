"""Situations of heat, gases, optics, waves and radioactivity."""

TABLE = """
heat/warming
given Q 5..400 kJ J
given m 0.5..12 kg g
given c 400..4500 J/(kg*K) J/(g*K)
given t 30..1500 s min
need 90 - Q/(m*c)
rise D K = Q/(m*c) | rise of the temperature | 温度的升高量
step P W kW = Q/t | mean heating power | 平均加热功率
slip 2 1000 4.18
things liquid:液体, metal block:金属块
en The heat {Q} is given to a {thing} of mass {m} and specific heat capacity {c} within the time {t}; nothing is lost and nothing melts or boils.
zh 在时间{t}内把热量{Q}传给质量为{m}、比热容为{c}的{thing}；没有热损失，也不发生熔化或沸腾。

heat/mixing
given m1 0.1..5 kg g
given T1 5..25 °C
given m2 0.1..5 kg g
given T2 50..95 °C
const c 4180 J/(kg*K)
step T °C = (m1*T1 + m2*T2)/(m1 + m2) | final temperature | 末温
step Q kJ J = c*m1*(T - T1) | heat that the cold water takes up | 冷水吸收的热量
slip 2 10 1000
en Water of mass {m1} at the temperature {T1} is mixed with water of mass {m2} at the temperature {T2}; nothing is lost to the surroundings.
zh 质量为{m1}、温度为{T1}的水与质量为{m2}、温度为{T2}的水混合，不与外界交换热量。

heat/melting
given P 0.2..3 kW W
given m 0.1..4 kg g
given T 10..90 °C
const L 334000 J/kg
const c 4180 J/(kg*K)
const T0 0 °C
step Q1 kJ J = m*L | heat that melts the ice | 使冰熔化的热量
step Q2 kJ J = m*c*(T - T0) | heat that warms the melted water | 使融化的水升温的热量
step Q kJ J = Q1 + Q2 | total heat | 总热量
step t s min = Q/P | time of heating | 加热时间
slip 2 10 60
en Ice of mass {m} at its melting point {T0} is melted and then warmed to {T} by a heater of power {P}; nothing is lost.
zh 功率为{P}的加热器使处于熔点{T0}、质量为{m}的冰熔化并升温到{T}，没有热损失。

heat/engine
given T1 400..1500 K °C
given T2 250..350 K °C
given Q 1..900 kJ MJ
given t 1..600 s min
step e - = 1 - T2/T1 | greatest possible efficiency | 最大可能的效率
step W kJ J = e*Q | greatest possible work | 最多可以做的功
step R kJ J = Q - W | heat that is then given to the cold reservoir | 此时传给低温热源的热量
step P W kW = W/t | power in that case | 此时的功率
slip 2 60 1000
en A heat engine works between a hot reservoir at {T1} and a cold reservoir at {T2}. It takes the heat {Q} from the hot reservoir within the time {t}. (0 °C = 273.15 K)
zh 热机在温度为{T1}的高温热源和温度为{T2}的低温热源之间工作，在时间{t}内从高温热源吸收热量{Q}。（0 °C = 273.15 K）

gas/ideal
given n 0.05..20 mol mmol
given T 250..600 K °C
given V 1..90 L m^3
const R 8.314 J/(mol*K)
given M 2..90 g/mol
need 20000000 - n*R*T/V
step p kPa Pa bar = n*R*T/V | pressure | 压强
step m g kg = n*M | mass of the gas | 气体的质量
step d g/L kg/m^3 = m/V | density of the gas | 气体的密度
slip 2 10 1000
things gas:气体
en An ideal gas of molar mass {M}, with the amount {n}, fills a vessel of volume {V} at the temperature {T}. (0 °C = 273.15 K)
zh 摩尔质量为{M}的理想气体，物质的量为{n}，在温度{T}下充满体积为{V}的容器。（0 °C = 273.15 K）

gas/amount
given p 50..900 kPa bar atm
given V 0.5..80 L m^3 mL
given T 250..600 K °C
given M 2..90 g/mol
const R 8.314 J/(mol*K)
step n mol mmol = p*V/(R*T) | amount of substance | 物质的量
step m g kg = n*M | mass of the gas | 气体的质量
step d g/L kg/m^3 = m/V | density of the gas | 气体的密度
slip 2 10 101.325
en An ideal gas of molar mass {M} has the volume {V} at the pressure {p} and the temperature {T}. (0 °C = 273.15 K, 1 atm = 101325 Pa)
zh 摩尔质量为{M}的理想气体在压强{p}和温度{T}下体积为{V}。（0 °C = 273.15 K，1 atm = 101325 Pa）

gas/two-states
given p1 50..500 kPa bar
given V1 0.5..40 L mL
given T1 250..400 K °C
given T2 401..700 K °C
given V2 0.5..40 L mL
step p2 kPa bar = p1*V1*T2/(T1*V2) | pressure in the second state | 第二个状态的压强
step x - = p2/p1 | ratio of the second pressure to the first | 第二个压强与第一个压强之比
slip 2 10 1.5
en A fixed amount of an ideal gas has the pressure {p1}, the volume {V1} and the temperature {T1}. It is brought to the temperature {T2} and the volume {V2}. (0 °C = 273.15 K)
zh 一定量的理想气体压强为{p1}，体积为{V1}，温度为{T1}。它被带到温度{T2}和体积{V2}的状态。（0 °C = 273.15 K）

gas/work
given p 50..900 kPa bar
given V1 1..20 L mL
given V2 21..90 L
given Q 60..400 kJ J
need Q - p*(V2 - V1)
step W kJ J = p*(V2 - V1) | work done by the gas | 气体所做的功
step U kJ J = Q - W | increase of its internal energy | 内能的增加量
slip 2 10 1000
en A gas takes up the heat {Q} and expands from the volume {V1} to {V2} at the constant pressure {p}.
zh 气体吸收热量{Q}，在恒定压强{p}下从体积{V1}膨胀到{V2}。

optics/lens
given f 2..30 cm mm
given g 31..300 cm m
given y 0.5..20 cm mm
step b cm mm = f*g/(g - f) | distance of the image from the lens | 像距
step k - = b/g | size of the image divided by the size of the object | 像与物的大小之比
step z cm mm = k*y | height of the image | 像的高度
slip 2 10 1.5
en A thin converging lens has the focal length {f}. An object of height {y} stands upright on its axis at the distance {g} in front of the lens.
zh 薄凸透镜的焦距为{f}。高度为{y}的物体垂直立于主光轴上，到透镜的距离为{g}。

optics/refraction
given n 1.3..2.4 -
given alpha 10..80 deg
given d 1..60 mm cm
const c 3e8 m/s
step beta deg = asind(sind(alpha)/n) | angle of refraction | 折射角
step v m/s km/s = c/n | speed of light in the glass | 光在玻璃中的速度
step L mm cm = d/cosd(beta) | path of the ray inside the plate | 光线在玻璃板中的路程
step t ps ns = L/v | time the light takes through the plate | 光通过玻璃板的时间
slip 2 1.5 10
en A ray of light passes from a vacuum into a plane glass plate of refractive index {n} and thickness {d}; the angle of incidence (from the normal) is {alpha}.
zh 一束光从真空射入折射率为{n}、厚度为{d}的平面玻璃板，入射角（与法线的夹角）为{alpha}。

optics/photon
given L 150..900 nm μm
given P 0.5..900 mW W
given t 0.1..60 s ms
const h 6.626e-34 J*s
const c 3e8 m/s
step f Hz THz = c/L | frequency | 频率
step E J eV = h*f | energy of one photon | 一个光子的能量
step W J mJ = P*t | energy of the light | 光的能量
step N - = W/E | number of photons | 光子数
slip 2 10 1000
en A laser sends out light of wavelength {L} with the power {P} for the time {t}. (1 eV = 1.602176634×10^-19 J)
zh 激光器以功率{P}发出波长为{L}的光，持续时间{t}。（1 eV = 1.602176634×10^-19 J）

waves/sound
given v 300..1600 m/s km/s
given f 0.1..12 kHz Hz
given t 0.05..9 s ms
step L m cm = v/f | wavelength | 波长
step s m km = v*t | distance the sound travels in the time t | 声音在时间t内传播的距离
step N - = f*t | number of periods in the time t | 时间t内的周期数
step d m km = s/2 | distance of a wall whose echo comes back after the time t | 回声在时间t后返回的墙的距离
slip 2 10 1000
en Sound of frequency {f} travels through a medium at {v} for the time {t}.
zh 频率为{f}的声波在介质中以{v}传播，经过时间{t}。

waves/pendulum
given L 0.1..9 m cm
given N 5..60 -
const g 9.8 m/s^2
step T s = 2*pi*sqrt(L/g) | period | 周期
step f Hz = 1/T | frequency | 频率
step t s min = N*T | time of N swings | 摆动N次的时间
slip 2 3.14 9.8
en A simple pendulum of length {L} swings with a small amplitude. It is watched for {N} full swings.
zh 长度为{L}的单摆做小角度摆动，观察其完成{N}次全振动。

radioactivity/half-life
given T 2..90 h d min
given t 5..300 h d
given m 1..900 mg g
need 12*T - t
step k 1/h 1/s = ln(2)/T | decay constant | 衰变常数
step r - = 2**(-t/T) | fraction that is left after the time t | 时间t后剩余的比例
step x mg g = m*r | mass that is left after the time t | 时间t后剩余的质量
step y mg g = m - x | mass that has decayed | 已衰变的质量
slip 2 60 24
en A radioactive sample contains the mass {m} of a nuclide with the half-life {T}. It is kept for the time {t}.
zh 放射性样品含有质量为{m}的某核素，其半衰期为{T}，放置时间为{t}。

radioactivity/dating
given r 0.05..0.9 -
given T 2..6000 yr d
given A 20..900 Bq kBq
step k 1/yr 1/s = ln(2)/T | decay constant | 衰变常数
step t yr d = -ln(r)/k | age of the sample | 样品的年龄
step B Bq kBq = A*r | activity today | 现在的活度
step N - = B/k | number of undecayed nuclei today | 现在未衰变的核数
slip 2 1.44 10
en The activity of a sample was {A} at first; today the fraction {r} of it is left. The half-life of the nuclide is {T}. (1 yr = 365.25 d)
zh 样品最初的活度为{A}，现在剩余的比例为{r}。该核素的半衰期为{T}。（1 yr = 365.25 d）
"""
