"""Situations of mechanics, energy, fluids and gravitation."""

TABLE = """
motion/speeding-up
given v0 2..20 m/s km/h
given a 0.5..5 m/s^2
given t 2..20 s min
step v m/s km/h = v0 + a*t | final speed | 末速度
step s m km = v0*t + a*t**2/2 | distance covered | 经过的路程
step w m/s km/h = s/t | average speed over this time | 这段时间的平均速度
slip 2 3.6 10
things car:一辆汽车, train:一列火车, lorry:一辆卡车
en A {thing} moves in a straight line at {v0} and then speeds up with the constant acceleration {a} for the time {t}.
zh {thing}沿直线以{v0}行驶，然后以恒定加速度{a}加速，加速时间为{t}。

motion/braking
given v0 8..40 m/s km/h
given a 1..8 m/s^2
step t s = v0/a | time until it stands still | 到停下所用的时间
step s m = v0**2/(2*a) | braking distance | 制动距离
slip 2 3.6 9.8
things car:一辆汽车, tram:一辆有轨电车, motorcycle:一辆摩托车
en A {thing} moving at {v0} brakes with the constant deceleration {a} until it stands still.
zh {thing}以{v0}行驶，以大小恒定的减速度{a}制动直到停下。

motion/falling
given h 1..200 m
const g 9.8 m/s^2
step t s = sqrt(2*h/g) | time of the fall | 下落时间
step v m/s km/h = g*t | speed at the ground | 落地速度
slip 2 9.8 1.41
things stone:一块石头, ball:一个小球, coin:一枚硬币
en A {thing} falls from rest from the height {h}; air resistance is negligible.
zh {thing}从高度{h}处由静止下落，空气阻力忽略不计。

motion/circle
given r 0.1..50 m cm
given T 0.2..60 s min
given m 0.1..80 kg g
step v m/s = 2*pi*r/T | speed | 线速度
step a m/s^2 = v**2/r | centripetal acceleration | 向心加速度
step F N = m*a | centripetal force | 向心力
slip 2 3.14 10
things body:一个物体, toy:一个玩具
en A {thing} of mass {m} moves at constant speed on a circle of radius {r}; one round takes {T}.
zh 质量为{m}的{thing}沿半径为{r}的圆周匀速运动，转一圈用时{T}。

motion/throw
given v0 5..40 m/s km/h
given h 2..80 m
const g 9.8 m/s^2
step t s = sqrt(2*h/g) | time until it reaches the ground | 落地所需时间
step x m = v0*t | horizontal distance it covers | 水平射程
step w m/s = g*t | vertical speed at the ground | 落地时的竖直速度
step v m/s = sqrt(v0**2 + w**2) | speed at the ground | 落地速度
slip 2 9.8 1.41
things ball:一个小球, stone:一块石头
en A {thing} is thrown horizontally at {v0} from the height {h} above level ground; air resistance is negligible.
zh {thing}从离水平地面高度{h}处以{v0}水平抛出，空气阻力忽略不计。

forces/push
given m 0.5..80 kg g
given F 60..900 N kN
given mu 0.02..0.05 -
given t 1..12 s min
const g 9.8 m/s^2
need F - mu*m*g
step R N = mu*m*g | friction force | 摩擦力
step a m/s^2 = (F - R)/m | acceleration | 加速度
step v m/s km/h = a*t | speed after the time t | 时间t后的速度
step s m km = a*t**2/2 | distance covered in the time t | 时间t内的位移
slip 2 9.8 10
things crate:木箱, sledge:雪橇, cart:小车
en A {thing} of mass {m} rests on level ground and is pulled by the horizontal force {F} for the time {t}; the coefficient of sliding friction is {mu}.
zh 质量为{m}的{thing}静止在水平地面上，受到水平拉力{F}，作用时间为{t}；滑动摩擦系数为{mu}。

forces/spring
given F 0.5..60 N
given x 0.5..40 cm mm m
given m 0.05..10 kg g
step k N/m = F/x | spring constant | 劲度系数
step E J = k*x**2/2 | energy stored in the spring | 弹簧储存的能量
step v m/s = sqrt(2*E/m) | speed of the body after all this energy has become kinetic energy | 这些能量全部变为动能后物体的速度
slip 2 10 1.41
en A force {F} stretches a spring by {x}. A body of mass {m} is then driven by the spring, without friction.
zh 力{F}使弹簧伸长{x}。随后弹簧推动质量为{m}的物体，无摩擦。

forces/momentum
given m1 0.2..40 kg g
given v1 1..30 m/s km/h
given m2 0.2..40 kg g
step p kg*m/s = m1*v1 | momentum before the collision | 碰撞前的动量
step u m/s km/h = p/(m1 + m2) | common speed after the collision | 碰撞后的共同速度
step Q J = m1*v1**2/2 - (m1 + m2)*u**2/2 | mechanical energy lost | 损失的机械能
slip 2 3.6 10
things cart:小车, block:滑块
en A {thing} of mass {m1} moving at {v1} hits a second one of mass {m2}, which is at rest; they stick together.
zh 质量为{m1}的{thing}以{v1}运动，撞上质量为{m2}的静止的另一个，碰后粘在一起。

energy/lifting
given m 5..2000 kg t
given h 1..80 m
given t 3..120 s min
given e 0.4..0.95 -
const g 9.8 m/s^2
step E J kJ = m*g*h | energy needed to lift it | 提升所需的能量
step P W kW = E/t | useful power | 有用功率
step A W kW = P/e | power taken in by the motor | 电动机的输入功率
step W J kJ = A*t | energy taken in by the motor | 电动机输入的能量
slip 2 9.8 60
things load:货物, lift cabin:电梯轿厢
en A motor with the efficiency {e} lifts a {thing} of mass {m} through the height {h} in the time {t} at constant speed.
zh 效率为{e}的电动机在时间{t}内把质量为{m}的{thing}匀速提升高度{h}。

energy/kinetic
given m 0.05..300 kg g
given v 1..40 m/s km/h
given d 0.5..90 m cm
step E J kJ = m*v**2/2 | kinetic energy | 动能
step F N kN = E/d | mean braking force | 平均阻力
step a m/s^2 = F/m | deceleration | 减速度的大小
slip 2 3.6 12.96
things boat:小船, sledge:雪橇, trolley:小车
en A {thing} of mass {m} moving at {v} is brought to rest by a constant force over the distance {d}.
zh 质量为{m}、以{v}运动的{thing}在恒力作用下经过距离{d}停下。

energy/ramp
given m 0.5..60 kg g
given h 0.5..20 m cm
given w 0.1..0.6 -
const g 9.8 m/s^2
step E J kJ = m*g*h | potential energy at the top | 顶端的重力势能
step L J kJ = w*E | energy lost to friction | 因摩擦损失的能量
step K J kJ = E - L | kinetic energy at the bottom | 底端的动能
step v m/s km/h = sqrt(2*K/m) | speed at the bottom | 底端的速度
slip 2 9.8 1.41
things skier:一名滑雪者, box:一个箱子
en A {thing} of mass {m} slides from rest down a ramp of height {h}; the fraction {w} of the potential energy is lost to friction.
zh 质量为{m}的{thing}从高度为{h}的斜坡顶端由静止滑下；重力势能因摩擦而损失的比例为{w}。

fluids/depth
given rho 700..1300 kg/m^3 g/cm^3
given h 0.5..90 m cm
given S 2..400 cm^2 m^2
const g 9.8 m/s^2
step p Pa kPa = rho*g*h | pressure due to the liquid | 液体产生的压强
step F N kN = p*S | force of this pressure on the window | 该压强作用在窗上的力
slip 10 9.8 100
en A tank holds a liquid of density {rho}. At the depth {h} there is a small window of area {S}.
zh 水箱中盛有密度为{rho}的液体。在深度{h}处有一个面积为{S}的小窗。

fluids/buoyancy
given V 50..4000 cm^3 L m^3
given rho 700..1300 kg/m^3 g/cm^3
given m 6..60 kg
const g 9.8 m/s^2
need m - rho*V
need 20000*V - m
step B N = rho*V*g | buoyant force | 浮力
step G N = m*g | weight of the body in air | 物体在空气中的重力
step T N = G - B | tension of the string | 绳的拉力
slip 2 9.8 10
en A solid body of volume {V} and mass {m} hangs on a string, wholly under the surface of a liquid of density {rho}.
zh 体积为{V}、质量为{m}的实心物体用绳悬挂，完全浸没在密度为{rho}的液体中。

fluids/flow
given d 0.5..20 cm mm
given v 0.2..6 m/s cm/s
given t 5..600 s min
given rho 700..1300 kg/m^3 g/cm^3
step S cm^2 m^2 = pi*d**2/4 | cross-section of the pipe | 管的横截面积
step q m^3/s L/s = S*v | volume that flows per second | 每秒流过的体积
step V m^3 L = q*t | volume that flows in the time t | 时间t内流过的体积
step m kg = rho*V | mass that flows in the time t | 时间t内流过的质量
slip 4 2 10
en A liquid of density {rho} flows at {v} through a pipe of inner diameter {d} for the time {t}.
zh 密度为{rho}的液体以{v}流过内径为{d}的管道，持续时间{t}。

gravitation/orbit
given M 1e23..9e25 kg
given R 2000..90000 km m
given m 100..9000 kg t
const G 6.674e-11 m^3/(kg*s^2)
need 8000 - 3*M/(4*pi*R**3)
step g m/s^2 = G*M/R**2 | gravitational acceleration at that distance | 该距离处的重力加速度
step F N kN = m*g | gravitational force on the satellite | 卫星受到的引力
step v m/s km/s = sqrt(G*M/R) | speed on the circular orbit | 圆轨道上的速度
step T s h = 2*pi*R/v | time of one round | 绕行一圈的时间
slip 2 1.41 1000
en A satellite of mass {m} moves on a circular orbit around a planet of mass {M}, at the distance {R} from its centre.
zh 质量为{m}的卫星绕质量为{M}的行星做圆周运动，到行星中心的距离为{R}。

gravitation/planet
given R 1000..12000 km m
given g 1.5..25 m/s^2
given h 2..60 m
const G 6.674e-11 m^3/(kg*s^2)
need 15000 - 3*g/(4*pi*G*R)
step M kg = g*R**2/G | mass of the planet | 行星的质量
step v m/s km/s = sqrt(2*g*R) | escape speed | 逃逸速度
step t s = sqrt(2*h/g) | time in which a stone falls through the height h | 石块下落高度h所用的时间
step rho kg/m^3 g/cm^3 = 3*M/(4*pi*R**3) | mean density of the planet | 行星的平均密度
slip 2 1.41 10
en On the surface of a planet without air, a sphere of radius {R}, the gravitational acceleration is {g}. A stone falls there from rest through the height {h}.
zh 一颗没有空气的球形行星半径为{R}，表面重力加速度为{g}。一块石头在那里由静止下落高度{h}。
"""
