"""Situations of electricity and circuits."""

TABLE = """
electricity/heater
given U 5..400 V kV
given R 4..900 Ω kΩ
given t 10..3000 s min h
step I A mA = U/R | current | 电流
step P W kW = U*I | power | 功率
step E J kJ = P*t | energy used in the time t | 时间t内消耗的电能
step q C = I*t | charge that flows in the time t | 时间t内流过的电荷量
slip 2 60 1000
things heater:电热器, lamp:电灯, resistor:电阻
en A {thing} with the resistance {R} is connected to the voltage {U} for the time {t}.
zh 电阻为{R}的{thing}接在电压{U}上，通电时间为{t}。

electricity/wire
given L 0.5..300 m cm
given d 0.2..4 mm
given k 1e-8..1e-6 Ω*m
given U 1..40 V mV
need 300*k*L/(pi*d**2/4) - U
step S mm^2 m^2 = pi*d**2/4 | cross-section of the wire | 导线的横截面积
step R Ω mΩ = k*L/S | resistance of the wire | 导线的电阻
step I A = U/R | current through the wire | 导线中的电流
step P W kW = U*I | power turned into heat | 发热功率
slip 4 2 3.14
en A wire of length {L} and diameter {d} is made of a metal of resistivity {k}. The voltage {U} is applied to its ends.
zh 长度为{L}、直径为{d}的导线由电阻率为{k}的金属制成，两端加电压{U}。

electricity/field
given U 10..5000 V kV
given d 0.5..50 mm cm
given q 1..400 nC μC
given m 1..400 mg g
step E V/m kV/m = U/d | field strength | 电场强度
step F N mN = q*E | force on the charge | 电荷受到的电场力
step a m/s^2 = F/m | acceleration of the body | 物体的加速度
step W J μJ = q*U | work of the field from plate to plate | 从一板到另一板电场所做的功
slip 10 1000 2
en Between two parallel plates at the distance {d} there is the voltage {U}. A small body of mass {m} with the charge {q} is in the field between them, in a vacuum; its weight is negligible.
zh 相距{d}的两平行板间的电压为{U}。质量为{m}、电荷量为{q}的小物体处于两板间真空中的电场里，重力忽略不计。

electricity/coulomb
given q1 1..800 nC μC
given q2 1..800 nC μC
given r 1..80 cm mm m
const k 8.99e9 N*m^2/C^2
step F N mN = k*q1*q2/r**2 | force between the charges | 两电荷间的作用力
step E N/C = F/q2 | field strength of the first charge at the second one | 第一个电荷在第二个电荷处的电场强度
slip 2 100 10
en Two small positive charges {q1} and {q2} are at the distance {r} from each other in a vacuum.
zh 真空中两个小的正电荷{q1}和{q2}相距{r}。

circuits/series
given U 3..240 V kV
given R1 2..900 Ω kΩ
given R2 2..900 Ω kΩ
step R Ω kΩ = R1 + R2 | total resistance | 总电阻
step I A mA = U/R | current | 电流
step U1 V mV = I*R1 | voltage across the first resistor | 第一个电阻两端的电压
step P1 W mW = U1*I | power of the first resistor | 第一个电阻的功率
slip 2 1000 4
en Two resistors {R1} and {R2} are connected in series to a battery of voltage {U}; its inner resistance is negligible.
zh 两个电阻{R1}和{R2}串联接到电压为{U}的电池上，内阻忽略不计。

circuits/parallel
given U 3..240 V kV
given R1 2..900 Ω kΩ
given R2 2..900 Ω kΩ
given t 5..900 s min h
step R Ω kΩ = R1*R2/(R1 + R2) | total resistance | 总电阻
step I A mA = U/R | total current | 总电流
step P W kW = U*I | total power | 总功率
step E J kJ = P*t | energy used in the time t | 时间t内消耗的电能
slip 2 1000 4
en Two resistors {R1} and {R2} are connected in parallel to a battery of voltage {U} for the time {t}; its inner resistance is negligible.
zh 两个电阻{R1}和{R2}并联接到电压为{U}的电池上，通电时间为{t}，内阻忽略不计。

circuits/mixed
given U 3..240 V
given R1 2..400 Ω kΩ
given R2 2..400 Ω kΩ
given R3 2..400 Ω kΩ
step Rp Ω = R2*R3/(R2 + R3) | resistance of the parallel pair | 并联部分的电阻
step R Ω kΩ = R1 + Rp | total resistance | 总电阻
step I A mA = U/R | total current | 总电流
step Up V = I*Rp | voltage across the parallel pair | 并联部分的电压
step I2 A mA = Up/R2 | current through R2 | 流过R2的电流
step P2 W mW = Up*I2 | power of R2 | R2的功率
slip 2 1000 4
en A battery of voltage {U} and no inner resistance feeds the resistor {R1} in series with a parallel pair of resistors, {R2} and {R3}.
zh 电压为{U}、无内阻的电池给电阻{R1}供电，{R1}与由{R2}和{R3}组成的并联部分串联。

circuits/capacitor
given C1 1..400 μF nF
given C2 1..400 μF nF
given U 2..400 V kV
step C μF nF = C1 + C2 | total capacitance | 总电容
step q μC mC = C*U | total charge | 总电荷量
step E J mJ = C*U**2/2 | energy stored | 储存的能量
slip 2 1000 4
en Two capacitors {C1} and {C2} are connected in parallel and charged to the voltage {U}.
zh 两个电容器{C1}和{C2}并联，充电到电压{U}。

circuits/battery
given E 1.2..24 V
given r 0.05..3 Ω mΩ
given R 4..90 Ω
given t 5..600 s min
step I A mA = E/(R + r) | current | 电流
step U V = I*R | voltage at the terminals | 路端电压
step P W = U*I | power given to the outer resistor | 外电阻的功率
step Q J kJ = I**2*r*t | heat set free inside the battery in the time t | 时间t内电池内部产生的热量
slip 2 60 1000
en A battery with the electromotive force {E} and the inner resistance {r} is connected to the resistor {R} for the time {t}.
zh 电动势为{E}、内阻为{r}的电池与电阻{R}连接，通电时间为{t}。
"""
